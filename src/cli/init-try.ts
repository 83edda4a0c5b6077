import pg from 'pg';
import { ConfigError, type Env, parseConfig, type SettingName } from '../config/config.ts';
import { type Database, openDatabase } from '../db/client.ts';
import { databaseFault } from '../db/errors.ts';
import { readTraits, unfitFor } from '../db/fitness.ts';
import { isMigrated } from '../db/migrate.ts';
import { remedyOfLack } from '../db/rights.ts';
import { createLogger, describeError } from '../ops/log.ts';
import { createQueueBackend } from '../queue/backend.ts';
import { QueueFault, QueuePlaceError } from '../queue/errors.ts';
import { createSeam, type Seam } from '../seam/client.ts';
import { SeamError } from '../seam/errors.ts';
import { patiently, seamFault } from './seam.ts';

/* The answers that `init` gets, tried one by one: each is asked for again until it works. */

/** What came of trying an answer: what was found, or in plain words what is wrong and what to do. */
export type Tried<T> =
  | Readonly<{ ok: true; found: T; said: string }>
  | Readonly<{ ok: false; fault: string }>;

export const wrong = (fault: string): Readonly<{ ok: false; fault: string }> => ({
  ok: false,
  fault,
});

const log = createLogger({ level: 'silent', pretty: false });

/** What is wrong with settings as such, before anything is tried with them; null: nothing. */
export const faultOfSettings = (env: Env, required: readonly SettingName[] = []): string | null => {
  try {
    parseConfig(env, required);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.join('; ');
    throw error;
  }
};

/** A database that all of ours can be kept in. */
export type TriedDatabase = Readonly<{
  isMigrated: boolean;
  /** A pooler stands before it: then the queue has to be in Redis. */
  isPooled: boolean;
}>;

/** What our role can't make here; by the catalogs alone. */
const MAKING = `
  select current_user::text as role, current_database()::text as database,
         has_database_privilege(current_database(), 'create') as "mayCreate",
         (select has_schema_privilege(oid, 'create') from pg_namespace where nspname = $1) as "isOpen"`;

type Making = Readonly<{
  role: string;
  database: string;
  mayCreate: boolean;
  /** Whether we may make tables in the schema; null: it isn't there yet. */
  isOpen: boolean | null;
}>;

/** Pure: why `migrate` couldn't do its work; null where it can. */
const whyNoMigration = (schema: string, making: Making): string | null => {
  const { role, database, mayCreate, isOpen } = making;
  if (isOpen === false) {
    return `our role ${role} may create nothing in the schema ${schema}. ${remedyOfLack(role)}`;
  }
  if (isOpen || mayCreate) return null;
  const grant = `grant create on database ${pg.escapeIdentifier(database)} to ${pg.escapeIdentifier(role)};`;
  return `our role ${role} may create no schema in this database. Its owner runs: ${grant} (or set MIGRATE_DATABASE_URL to the address of a role that may, and start again)`;
};

/**
 * Tries a database: whether it can be reached, is new enough, and whether `migrate` may do its work there.
 *
 * @param env with the answer as DATABASE_URL
 */
export const tryDatabase = async (env: Env): Promise<Tried<TriedDatabase>> => {
  const fault = faultOfSettings(env, ['DATABASE_URL']);
  if (fault !== null) return wrong(fault);
  try {
    await using database = openToTry(env);
    const traits = await readTraits(database.pool);
    const unfit = unfitFor(traits);
    if (unfit !== null) return wrong(`${unfit.detail}. ${unfit.remedy}`);
    const migrated = await isMigrated(database.pool);
    const hindrance = migrated ? null : await hindranceOf(env, 'reconciler');
    if (hindrance !== null) return wrong(hindrance);
    const isPooled = await hasPooler(urlOf(env));
    const said = [
      `PostgreSQL ${traits.version}`,
      migrated ? 'our tables are there' : 'we may create our schemas',
      ...(isPooled ? ['through a pooler, so the queue needs a Redis'] : []),
    ].join(', ');
    return { ok: true, said, found: { isMigrated: migrated, isPooled } };
  } catch (error) {
    return wrong(databaseFault(error) ?? String(describeError(error).message));
  }
};

/** As the settings are read: what a person gives may be written in another way. */
const urlOf = (env: Env): string => parseConfig(env, ['DATABASE_URL']).databaseUrl ?? '';

const openAt = (url: string): Database =>
  openDatabase({ url, name: 'seam-reconciler init', max: 2, log });

/** @throws ConfigError where something is wrong with the settings */
export const openToTry = (env: Env): Database => openAt(urlOf(env));

/** Why whoever migrates couldn't make what has to be there; null: nothing. */
const hindranceOf = async (env: Env, schema: string): Promise<string | null> => {
  await using database = openAt(parseConfig(env).migrateDatabaseUrl ?? urlOf(env));
  const { rows } = await database.pool.query<Making>(MAKING, [schema]);
  return rows[0] === undefined ? null : whyNoMigration(schema, rows[0]);
};

/** As the queue finds out, which can't be behind one; that its tables aren't there yet says nothing. */
const hasPooler = async (databaseUrl: string): Promise<boolean> => {
  await using backend = createQueueBackend({ redisUrl: undefined, databaseUrl, log });
  try {
    await backend.probe();
    return false;
  } catch (error) {
    return error instanceof QueuePlaceError;
  }
};

const NEEDS_REDIS =
  "the database is behind a pooler, where the queue can't be: give a Redis, or begin again with the address of Postgres itself";

/** Tries where the queue is to be. @param env with the answer as REDIS_URL; empty: in Postgres */
export const tryRedis = async (
  env: Env,
  { isPooled }: Pick<TriedDatabase, 'isPooled'>,
): Promise<Tried<null>> => {
  const { REDIS_URL: redisUrl = '' } = env;
  const fault = faultOfSettings(env);
  if (fault !== null) return wrong(fault);
  if (redisUrl === '') {
    if (isPooled) return wrong(NEEDS_REDIS);
    const hindrance = await hindranceOf(env, 'bullmq');
    if (hindrance !== null) return wrong(hindrance);
    return { ok: true, said: 'the queue is in Postgres', found: null };
  }
  await using backend = createQueueBackend({ redisUrl, databaseUrl: urlOf(env), log });
  try {
    const trouble = await backend.probe();
    return {
      ok: true,
      found: null,
      said: `the queue is in Redis${trouble === null ? '' : `. Mind: ${trouble.message}. ${trouble.remedy}`}`,
    };
  } catch (error) {
    if (error instanceof QueueFault) return wrong(`${error.message}. ${error.remedy}`);
    const why = String(describeError(error).message).replace(/^Redis can't be used: /, '');
    return wrong(`Redis can't be used (REDIS_URL): ${why}`);
  }
};

/** Tries a key: which workspace it opens, or what Seam says of it. @param env with the answer as SEAM_API_KEY */
export const trySeam = async (env: Env): Promise<Tried<Seam>> => {
  const fault = faultOfSettings(env, ['SEAM_API_KEY']);
  if (fault !== null) return wrong(fault);
  const { apiKey, seamEndpoint: endpoint } = seamOf(env);
  const seam = createSeam({ apiKey, workspaceId: null, endpoint });
  try {
    const { workspace } = await seam.getWorkspace(patiently());
    const which = `${workspace.name ?? 'unnamed'} (${workspace.workspaceId})`;
    if (workspace.isSuspended) {
      return wrong(`${which} is suspended by Seam. Open it in the Seam console to reactivate it.`);
    }
    const kind = workspace.isSandbox
      ? 'a sandbox, with pretend devices'
      : 'live, with real devices';
    return { ok: true, said: `workspace ${which}: ${kind}`, found: seam };
  } catch (error) {
    if (error instanceof SeamError) return wrong(whyNoSeam(error));
    throw error;
  }
};

/** There is nobody else to fix the key: whoever reads this has just given it. */
const whyNoSeam = (error: SeamError): string =>
  error.reason === 'seam_unauthorized'
    ? `Seam rejects this key: ${error.message}. Copy it again from the Seam console.`
    : seamFault(error).replaceAll('\n', ' ');

const seamOf = (env: Env): Readonly<{ apiKey: string; seamEndpoint: string }> => {
  const { workspaces, seamEndpoint } = parseConfig(env);
  return { apiKey: workspaces[0]?.apiKey ?? '', seamEndpoint };
};
