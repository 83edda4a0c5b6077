import type pg from 'pg';

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

const FUNCTIONS = { forget_changes: { create: FORGET_CHANGES, args: 'bigint[], timestamptz' } };

/** The functions of ours that a role has to be granted to do our work, as in a GRANT. */
export const GRANTED_FUNCTIONS: readonly string[] = Object.entries(FUNCTIONS).map(
  ([name, { args }]) => `reconciler.${name}(${args})`,
);

/** Brings our functions up to this version. Nobody has them who wasn't granted them (grants.ts). */
export const createFunctions = async (client: pg.Client): Promise<void> => {
  for (const { create } of Object.values(FUNCTIONS)) await client.query(create);
  for (const name of GRANTED_FUNCTIONS) {
    await client.query(`revoke execute on function ${name} from public`);
  }
};
