import type pg from 'pg';
import type { MigrationSession } from './migration-session.ts';
import { FLOOR } from './telling-functions.ts';

type Queries = Pick<pg.ClientBase | pg.Pool, 'query'>;

/**
 * In a database restored from a dump, what people did names transactions of the server that it came from: those
 * that this one has not reached yet would be given out no sooner than it reaches them (audit-log/stream.ts). They
 * come before all others from now on. Where nothing was restored it finds nothing, by an index.
 */
export const orderRestored = async (session: Pick<MigrationSession, 'query'>): Promise<void> => {
  await session.query(
    `update reconciler.audit_log set tx = '0' where tx >= pg_snapshot_xmax(pg_current_snapshot())`,
  );
};

/** Added to what a sequence has given out, where a clock says nothing of how far it was. */
const MARGIN = 1_000_000;

/** SQL: above all that there was at any time before: messages are fewer than the milliseconds of this clock. */
const NOW_MS = `(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/**
 * Lets the positions and the sequences of messages go on above all that the app may have seen since the backup was made,
 * also where the same backup was restored before: at the milliseconds since 1970, which are ahead of any number of
 * messages and of any former restore. The sequences of all connections, also of those that the backup doesn't know, begin
 * there with their next message. The ids of links and changes go on a million later.
 *
 * @returns the first position
 */
export const beginAboveAll = async (client: Queries): Promise<number> => {
  const { rows } = await client.query<{ position: number }>(
    `select setval(pg_get_serial_sequence('reconciler.messages', 'position'), greatest(${NOW_MS},
              (select coalesce(max(position), 0) + ${MARGIN} from reconciler.messages)))::float8 as position`,
  );
  await client.query(
    `insert into reconciler.told as t (about, sequence)
     select '${FLOOR}', greatest(${NOW_MS}, (select coalesce(max(sequence), 0) + ${MARGIN} from reconciler.told))
         on conflict (about) do update set sequence = excluded.sequence`,
  );
  for (const table of ['links', 'audit_log']) {
    await client.query(
      `select setval(pg_get_serial_sequence('reconciler.${table}', 'id'),
                     (select coalesce(max(id), 0) + ${MARGIN} from reconciler.${table}))`,
    );
  }
  return (rows[0]?.position ?? 0) + 1;
};

/** What processes had at hand when the backup was made: none of those runs here, and nobody waits for them. */
export const freeLeases = async (client: Queries): Promise<void> => {
  for (const table of ['endpoints', 'vitals']) {
    await client.query(
      `update reconciler.${table} set holder = null, leased_until = null where leased_until is not null`,
    );
  }
  for (const table of ['backfills', 'audits', 'bulk_runs']) {
    await client.query(
      `update reconciler.${table} set leased_until = null where leased_until is not null`,
    );
  }
  await client.query('delete from reconciler.account_changes');
  await client.query('delete from reconciler.processes');
};

/** @returns which of our processes are connected to this database: `seam-reconciler serve` */
export const connectedProcesses = async (client: Queries): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `select distinct application_name as name from pg_stat_activity
      where datname = current_database()
        and application_name in ('seam-reconciler serve', 'seam-reconciler work', 'seam-reconciler library')
      order by 1`,
  );
  return rows.map(({ name }) => name);
};
