import type pg from 'pg';
import type { MigrationSession } from './migration-session.ts';
import { TELLING_FUNCTIONS } from './telling-functions.ts';

/* When telling-functions.ts are called. */

/** An event that names neither a webview nor an account is of no connection. */
const OF_A_CONNECTION = `new.subject not like 'delivery:%'`;

/** Which changes of which tables are looked at, by the name of the trigger. */
const TRIGGERS = {
  tell_of_new_link: { on: 'links', after: 'insert', calls: 'tell_link', when: null },
  tell_of_link: {
    on: 'links',
    after: 'update of user_id, unlinked_at',
    calls: 'tell_link',
    // What has ended is history: an erasure, say, changes nothing that was told.
    when: `(old.unlinked_at is null or new.unlinked_at is null)
       and (old.user_id, old.unlinked_at) is distinct from (new.user_id, new.unlinked_at)`,
  },
  tell_of_new_account: {
    on: 'connected_accounts',
    after: 'insert',
    calls: 'tell_state',
    when: `new.state not in ('connected', 'deleted')`,
  },
  tell_of_account: {
    on: 'connected_accounts',
    after: 'update of state',
    calls: 'tell_state',
    when: 'old.state is distinct from new.state',
  },
  tell_of_failed_reconciliation: {
    on: 'reconciliations',
    after: 'insert',
    calls: 'tell_standing',
    when: `new.state = 'failed' and ${OF_A_CONNECTION}`,
  },
  tell_of_reconciliation: {
    on: 'reconciliations',
    after: 'update of state, reason, connected_account_id',
    calls: 'tell_standing',
    // Also while it is looked at again: the account that it has left waits for nothing.
    when: `(old.state, old.reason, old.connected_account_id)
           is distinct from (new.state, new.reason, new.connected_account_id)
       and (new.state not in ('pending', 'retrying') or old.connected_account_id <> new.connected_account_id)
       and ${OF_A_CONNECTION}`,
  },
  tell_of_new_failed_login: {
    on: 'connect_webviews',
    after: 'insert',
    calls: 'tell_failed_login',
    when: `new.status = 'failed'`,
  },
  tell_of_failed_login: {
    on: 'connect_webviews',
    after: 'update of status',
    calls: 'tell_failed_login',
    when: `new.status = 'failed' and old.status <> 'failed'`,
  },
} as const;

const MISSING = `
  select name from unnest($1::text[]) as name
   where not exists (select from pg_trigger t join pg_class c on c.oid = t.tgrelid
                      where t.tgname = name and c.relnamespace = 'reconciler'::regnamespace)`;

/**
 * Brings them up to this version. What was linked before is told of from its next change on. A constraint trigger can't be
 * replaced: one that is to be another gets another name.
 */
export const createTelling = async (session: MigrationSession): Promise<void> => {
  await session.inTransaction(async client => {
    for (const each of TELLING_FUNCTIONS) await client.query(each);
    // Nobody calls it but the triggers, which run as its owner.
    await client.query(
      'revoke execute on function reconciler.tell(text, text, text, text, text, text, jsonb) from public',
    );
    const { rows } = await client.query<{ name: keyof typeof TRIGGERS }>(MISSING, [
      Object.keys(TRIGGERS),
    ]);
    for (const { name } of rows) {
      const { on, after, calls, when } = TRIGGERS[name];
      await client.query(`
        create constraint trigger ${name} after ${after} on reconciler.${on}
          deferrable initially deferred for each row ${when === null ? '' : `when (${when})`}
          execute function reconciler.${calls}()`);
    }
  });
};

const SILENT = `
  select name from unnest($1::text[]) as name
   where not exists (select from pg_trigger t join pg_class c on c.oid = t.tgrelid
                      where t.tgname = name and c.relnamespace = 'reconciler'::regnamespace
                        and t.tgenabled in ('O', 'A'))
   order by name`;

/**
 * Which triggers are missing, or switched off by somebody: of these changes the app is not told.
 *
 * @returns their names, with the table of each: `tell_of_link on links`
 */
export const readSilentTriggers = async (client: Pick<pg.Pool, 'query'>): Promise<string[]> => {
  const { rows } = await client.query<{ name: keyof typeof TRIGGERS }>(SILENT, [
    Object.keys(TRIGGERS),
  ]);
  return rows.map(({ name }) => `${name} on ${TRIGGERS[name].on}`);
};
