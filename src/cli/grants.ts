import { type Config, type Env, parseConfig } from '../config/config.ts';
import { grantStatements, readerStatements } from '../db/grants.ts';
import { CommandError, EXIT } from './exit.ts';
import { withLaptopSettings } from './laptop.ts';
import { printLine } from './print.ts';

type Options = Readonly<{ migrateRole?: string; runRole?: string; reader?: string }>;

/**
 * `grants`: the statements for a role that migrates and one that runs, and for the app's own, which reads the contract.
 * Changes nothing itself.
 */
export const grants = async (env: Env, options: Options): Promise<number> => {
  const config = parseConfig(withLaptopSettings(env), ['DATABASE_URL']);
  const { runRole, reader } = options;
  if (runRole === undefined && reader === undefined) {
    throw new CommandError(
      'Say for whom: --migrate-role with --run-role, --reader, or all of them.',
      EXIT.usage,
    );
  }
  if (runRole !== undefined && options.migrateRole === undefined) {
    throw new CommandError('--run-role takes --migrate-role, too.', EXIT.usage);
  }
  const migrateRole = options.migrateRole ?? migrateRoleOf(config);
  if ([runRole, reader].includes(migrateRole) || (runRole !== undefined && runRole === reader)) {
    throw new CommandError('The roles must differ: one role needs no grants.', EXIT.usage);
  }
  const statements = [
    ...(runRole === undefined ? [] : ofRunRole(config, runRole, migrateRole)),
    ...(reader === undefined ? [] : readerStatements(reader, migrateRole)),
  ];
  for (const statement of statements) printLine(`${statement};`);
  return EXIT.done;
};

const ofRunRole = (
  { databaseUrl = '', redisUrl, users }: Config,
  runRole: string,
  migrateRole: string,
): string[] => {
  const database = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  if (database === '') {
    throw new CommandError('DATABASE_URL must name the database, as in …/app.', EXIT.usage);
  }
  const isBuiltIn = users.schema === 'reconciler';
  return grantStatements({
    database,
    migrateRole,
    runRole,
    isQueueInPostgres: redisUrl === undefined,
    usersTable: isBuiltIn ? null : users,
  });
};

/** The role that `migrate` signs in as, by the settings. */
const migrateRoleOf = ({ migrateDatabaseUrl, databaseUrl = '' }: Config): string => {
  const role = decodeURIComponent(new URL(migrateDatabaseUrl ?? databaseUrl).username);
  if (role !== '') return role;
  throw new CommandError(
    'The setting of the database names no role: say which one migrates (--migrate-role).',
    EXIT.usage,
  );
};
