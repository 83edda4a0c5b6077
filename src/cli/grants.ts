import { type Env, parseConfig } from '../config/config.ts';
import { grantStatements } from '../db/grants.ts';
import { CommandError, EXIT } from './exit.ts';
import { withLaptopSettings } from './laptop.ts';
import { printLine } from './print.ts';

/** `grants`: the statements for a role that migrates and one that runs. Changes nothing itself. */
export const grants = async (
  env: Env,
  options: { migrateRole: string; runRole: string },
): Promise<number> => {
  const config = parseConfig(withLaptopSettings(env), ['DATABASE_URL']);
  const { databaseUrl = '', redisUrl, users } = config;
  const { migrateRole, runRole } = options;
  if (migrateRole === runRole) {
    throw new CommandError('The two roles must differ: one role needs no grants.', EXIT.usage);
  }
  const database = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  if (database === '') {
    throw new CommandError('DATABASE_URL must name the database, as in …/app.', EXIT.usage);
  }
  const isBuiltIn = users.schema === 'reconciler';
  const statements = grantStatements({
    database,
    migrateRole,
    runRole,
    isQueueInPostgres: redisUrl === undefined,
    usersTable: isBuiltIn ? null : users,
  });
  for (const statement of statements) printLine(`${statement};`);
  return EXIT.done;
};
