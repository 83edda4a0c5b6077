import type pg from 'pg';
import { inTransaction } from '../db/client.ts';
import { COLUMNS, type Comparison, type Row, toComparison } from './records.ts';

/** Longer than a page can take, waits for Seam included; each page renews it. */
const LEASE_SECONDS = 300;

/** So long a comparison waits for a workspace, where it has compared another. */
const LATE_HOURS = 6;

/** Whoever looks whether one is due waits for whoever is beginning one. */
const ONE_AT_A_TIME = `select pg_advisory_xact_lock(hashtextextended('seam-reconciler:scheduled comparison', 0))`;

/**
 * SQL: the latest time at which one was to begin ($1: minutes since midnight, UTC). A day is 24 hours there.
 */
const LATEST_TIME = `
  (date_trunc('day', now() at time zone 'UTC' - $1 * interval '1 min') + $1 * interval '1 min') at time zone 'UTC'`;

/**
 * SQL: whether one is to begin now: none has since that time, and there was something here before it. So the first
 * begins in the first night, and one that nobody could begin then begins as soon as somebody can.
 */
const IS_DUE = `
  (not exists (select from reconciler.audits where is_scheduled and started_at >= ${LATEST_TIME})
   and (exists (select from reconciler.audits where started_at < ${LATEST_TIME})
        or exists (select from reconciler.deliveries where received_at < ${LATEST_TIME})))`;

/**
 * Takes the scheduled comparison: the one that was left before its end, or a new one when it is time. So that of all
 * processes one is at it. By the database's clock, whoever takes it.
 *
 * @param atMinutes when one begins, in minutes since midnight, UTC
 * @returns null when there is none to be taken
 */
export const takeScheduled = (pool: pg.Pool, atMinutes: number): Promise<Comparison | null> =>
  inTransaction(pool, async client => {
    await client.query(ONE_AT_A_TIME);
    const { rows: left } = await client.query<Row>(
      `select ${COLUMNS} from reconciler.audits
        where id = (select max(id) from reconciler.audits where is_scheduled)
          and (finished_at is null or leased_until is not null)`,
    );
    const [begun] = left;
    if (begun?.isTaken) return null;
    const { rows } =
      begun === undefined
        ? await client.query<Row>(
            `insert into reconciler.audits (is_scheduled, leased_until)
             select true, now() + ${LEASE_SECONDS} * interval '1 s' where ${IS_DUE}
             returning ${COLUMNS}`,
            [atMinutes],
          )
        : await client.query<Row>(
            `update reconciler.audits set leased_until = now() + ${LEASE_SECONDS} * interval '1 s'
              where id = $1 returning ${COLUMNS}`,
            [begun.id],
          );
    const [taken] = rows;
    return taken === undefined ? null : toComparison(taken);
  });

/** Keeps it for this process. */
export const keep = (pool: pg.Pool, { id }: Comparison): Promise<void> =>
  leaseFor(pool, id, LEASE_SECONDS);

/** Leaves it for whoever takes it next, after so long at the earliest. @param failure why, in a sentence */
export const leave = async (
  pool: pg.Pool,
  { id }: Comparison,
  waitMs: number,
  failure: string | null,
): Promise<void> => {
  if (failure !== null) {
    await pool.query('update reconciler.audits set failure = $2 where id = $1', [id, failure]);
  }
  await leaseFor(pool, id, waitMs / 1_000);
};

const leaseFor = async (pool: pg.Pool, id: number, seconds: number): Promise<void> => {
  await pool.query(
    `update reconciler.audits set leased_until = now() + $2 * interval '1 s' where id = $1`,
    [id, seconds],
  );
};

/** Whether it has been at it for so long that a workspace that is in trouble is waited for no more. */
export const isLate = async (pool: pg.Pool, { id }: Comparison): Promise<boolean> => {
  const { rows } = await pool.query<{ late: boolean }>(
    `select started_at < now() - ${LATE_HOURS} * interval '1 h' as late from reconciler.audits where id = $1`,
    [id],
  );
  return rows[0]?.late ?? false;
};

/** It has ended, and what it let go was asked for: nobody takes it again. */
export const done = async (pool: pg.Pool, { id }: Comparison): Promise<void> => {
  await pool.query('update reconciler.audits set leased_until = null where id = $1', [id]);
};

/** Begins anew, in place of one that can't be gone on with. @returns the new one, taken */
export const beginAnew = (pool: pg.Pool, { id }: Comparison, why: string): Promise<Comparison> =>
  inTransaction(pool, async client => {
    await client.query(
      'update reconciler.audits set leased_until = null, failure = $2 where id = $1',
      [id, why],
    );
    const { rows } = await client.query<Row>(
      `insert into reconciler.audits (is_scheduled, leased_until, failure)
       values (true, now() + ${LEASE_SECONDS} * interval '1 s', $1) returning ${COLUMNS}`,
      [why],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('the comparison could not be started again');
    return toComparison(row);
  });
