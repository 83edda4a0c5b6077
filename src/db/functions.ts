import type { MigrationSession } from './migration-session.ts';

/**
 * The only way in which what people did is removed: by age, and never what is younger than this, whoever asks.
 * It runs as the role that migrated, so that the role that serves and works needs no right to change the log.
 */
const YOUNGEST_FORGOTTEN_DAYS = 30;

const FORGET_CHANGES = `
create or replace function reconciler.forget_changes(ids bigint[], older_than timestamptz) returns setof bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from reconciler.audit_log
   where id = any(ids) and at < least(older_than, now() - interval '${YOUNGEST_FORGOTTEN_DAYS} days')
  returning id
$$`;

/** What an erasure leaves where something of a person was; for their id it leaves its pseudonym. */
export const ERASED = '[erased]';

/** SQL: a text as a pattern of LIKE, in which anything may stand where something was erased. */
const patternOf = (text: string): string =>
  String.raw`replace(replace(regexp_replace(${text}, '([\\%_])', '\\\1', 'g'), '${ERASED}', '%'), $1, '%')`;

/** SQL: of a text, parts were taken out, and it says so where they were; nothing else was changed. */
const isCut = (was: string, is: string): string =>
  `(${is} is not distinct from ${was} or ${was} like ${patternOf(is)})`;

/** SQL: of what was changed the same can't be said so simply, but it says of itself that something was taken out. */
const isMarked = (was: string, is: string): string => `
  (${is} is not distinct from ${was}
   or ${was} is not null and (strpos(${is}::text, '${ERASED}') > 0 or strpos(${is}::text, $1) > 0))`;

/**
 * The only way in which what people did is changed: by an erasure that is under way ($1 is its pseudonym), and only in
 * the texts that can name somebody, each of which then says that something was erased. Who did what, and when, stays.
 * An erasure itself can't be removed (grants.ts): so whoever misuses this is seen.
 */
const SCRUB_CHANGE = `
create or replace function reconciler.scrub_change(
  pseudonym text, change_id bigint, target text, before jsonb, after jsonb, why text, once_key text)
returns setof bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update reconciler.audit_log l set target = $3, before = $4, after = $5, why = $6, once_key = $7
   where l.id = $2 and $1 ~ '^erased:[0-9a-f]{24}$'
     and exists (select from reconciler.erasures e where e.pseudonym = $1 and e.finished_at is null)
     and ${isCut('l.target', '$3')} and ${isCut('l.why', '$6')}
     and ${isMarked('l.before', '$4')} and ${isMarked('l.after', '$5')}
     and ($7 is not distinct from l.once_key or l.once_key is not null and $7 ~ '^erased:[0-9a-f-]{36}$')
  returning l.id
$$`;

const FUNCTIONS = {
  forget_changes: { create: FORGET_CHANGES, args: 'bigint[], timestamptz' },
  scrub_change: { create: SCRUB_CHANGE, args: 'text, bigint, text, jsonb, jsonb, text, text' },
};

/** The functions of ours, by name. */
export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

/** The functions of ours that a role has to be granted to do our work, as in a GRANT. */
export const GRANTED_FUNCTIONS: readonly string[] = Object.entries(FUNCTIONS).map(
  ([name, { args }]) => `reconciler.${name}(${args})`,
);

/** Brings our functions up to this version. Nobody has them who wasn't granted them (grants.ts). */
export const createFunctions = async (session: Pick<MigrationSession, 'query'>): Promise<void> => {
  for (const { create } of Object.values(FUNCTIONS)) await session.query(create);
  for (const name of GRANTED_FUNCTIONS) {
    await session.query(`revoke execute on function ${name} from public`);
  }
};
