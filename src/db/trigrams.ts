import type pg from 'pg';
import type { Logger } from '../ops/log.ts';
import { sqlState } from './errors.ts';
import type { MigrationSession } from './migration-session.ts';
import { ACCOUNT_PLAIN, userPlain } from './search-words.ts';

/*
 * What finds a name that is misspelt, or a part of a word that doesn't begin it: Postgres's extension pg_trgm, where the
 * database has it. Without it all else is found.
 */

/** The schema that it lies in; null: the database doesn't have it. */
export const trigramSchema = async (
  client: Pick<pg.Pool | pg.Client | MigrationSession, 'query'>,
): Promise<string | null> => {
  const { rows } = await (client as Pick<pg.Pool, 'query'>).query<{ name: string }>(
    `select n.nspname as name from pg_extension e join pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'pg_trgm'`,
  );
  return rows[0]?.name ?? null;
};

/** Not here, not allowed, or not of this server: then it is done without. */
const REFUSED = /^(?:42501|58P01|0A000|3F000|22023|42704)$/;

/** Puts it into the database, where whoever migrates may do so; else whoever owns the database can (`doctor` says how). */
export const offerTrigrams = async (session: MigrationSession, log?: Logger): Promise<void> => {
  const { rows } = await session.query<{ may: boolean }>(
    `select has_database_privilege(current_database(), 'create')
            and exists (select from pg_available_extensions where name = 'pg_trgm' and installed_version is null)
            and exists (select from pg_namespace where nspname = 'public') as may`,
  );
  if (rows[0]?.may !== true) return;
  try {
    await session.query('create extension if not exists pg_trgm schema public');
  } catch (error) {
    if (!REFUSED.test(sqlState(error) ?? '')) throw error;
    log?.info('pg_trgm could not be installed: names are searched without it');
  }
};

/** SQL: a name as SQL has it. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** SQL: whether a text, or some words of it, is like another. @param schema where the extension lies */
export const isLike = (schema: string, given: string, text: string): string =>
  `${given} operator(${quoted(schema)}.<%) ${text}`;

/** SQL: how much: from 0 to 1. */
export const likeness = (schema: string, given: string, text: string): string =>
  `${quoted(schema)}.word_similarity(${given}, ${text})`;

/** The indexes that need it. @param schema where it lies */
export const trigramIndexes = (schema: string): Readonly<Record<string, string>> => {
  const name = quoted(schema);
  return {
    accounts_trigrams_idx: `connected_accounts using gin ((${ACCOUNT_PLAIN}) ${name}.gin_trgm_ops)
      where display_name is not null`,
    users_trigrams_idx: `users using gin ((${userPlain(['name', 'email'])}) ${name}.gin_trgm_ops)`,
  };
};
