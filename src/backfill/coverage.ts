import type pg from 'pg';
import type { Hearing } from './report.ts';

/** How far one workspace's events are accounted for, and whether its webhooks reach us. */
export type Coverage = Hearing &
  Readonly<{
    /** Null where there is only one workspace and nobody named it. */
    workspaceId: string | null;
    coveredFrom: Date;
    coveredUntil: Date;
    dueAt: Date;
    failingSince: Date | null;
    failure: string | null;
  }>;

/** A cursor ahead of now was set by the clock of a process, in a version that went by it: it says too much. */
const COLUMNS = `
  nullif(workspace, '') as "workspaceId", covered_from as "coveredFrom",
  least(covered_until, now()) as "coveredUntil", due_at as "dueAt", failing_since as "failingSince", failure,
  last_heard_at as "lastHeardAt", unheard_since as "unheardSince",
  unheard_until as "unheardUntil", unheard_events as "unheardEvents"`;

/** The row of a workspace is keyed by its id, or by '' where it has none. */
const keyOf = (workspaceId: string | null): string => workspaceId ?? '';

/** Longer than a slice can take, waits for Seam included; each slice renews it. */
const LEASE_SECONDS = 600;

/** How far everything is accounted for, a row a workspace; empty before the first scheduled backfill. */
export const readCoverage = async (pool: pg.Pool): Promise<Coverage[]> => {
  const { rows } = await pool.query<Coverage>(
    `select ${COLUMNS} from reconciler.backfills order by workspace`,
  );
  return rows;
};

/** A backfill that this process has taken, and what time it was then: the database's, whoever takes it. */
export type Taken = Coverage & Readonly<{ now: Date }>;

/**
 * Takes the scheduled backfill of a workspace if it is due, so that one process at a time does it. The
 * first time of all, coverage begins some hours ago; what nobody heard before then is no silence.
 *
 * @returns null when it isn't due, or is under way elsewhere
 */
export const takeDueBackfill = async (
  pool: pg.Pool,
  workspaceId: string | null,
  firstHours: number,
): Promise<Taken | null> => {
  const { rows } = await pool.query<Taken>(
    `insert into reconciler.backfills as b
            (workspace, covered_from, covered_until, due_at, leased_until, unheard_until)
     values ($1, now() - $2 * interval '1 h', now() - $2 * interval '1 h', now(),
             now() + $3 * interval '1 s', now())
         on conflict (workspace) do update set leased_until = excluded.leased_until
      where b.due_at <= now() and (b.leased_until is null or b.leased_until < now())
     returning ${COLUMNS}, now() as "now"`,
    [keyOf(workspaceId), firstHours, LEASE_SECONDS],
  );
  return rows[0] ?? null;
};

/**
 * Moves the cursor, never back. Only ever to where everything has been committed.
 *
 * @param olderUntil up to here were events older than what is kept, of which nothing can be said: coverage
 *   begins after them
 */
export const advance = async (
  pool: pg.Pool,
  workspaceId: string | null,
  { coveredUntil, olderUntil }: Readonly<{ coveredUntil: Date; olderUntil: Date | null }>,
  hearing: Hearing,
): Promise<void> => {
  await pool.query(
    `update reconciler.backfills
        set covered_until = greatest(least(covered_until, now()), $2),
            covered_from = greatest(covered_from, $8), last_heard_at = $3, unheard_since = $4,
            unheard_until = $5, unheard_events = $6, leased_until = now() + $7 * interval '1 s'
      where workspace = $1`,
    [
      keyOf(workspaceId),
      coveredUntil,
      hearing.lastHeardAt,
      hearing.unheardSince,
      hearing.unheardUntil,
      hearing.unheardEvents,
      LEASE_SECONDS,
      olderUntil,
    ],
  );
};

/**
 * Gives the backfill back until it is next due.
 *
 * @param failure why it did not get to the end, in a sentence; null when it did
 */
export const putOff = async (
  pool: pg.Pool,
  workspaceId: string | null,
  { dueInSeconds, failure }: { dueInSeconds: number; failure: string | null },
): Promise<void> => {
  await pool.query(
    `update reconciler.backfills
        set due_at = now() + $2 * interval '1 s', leased_until = null, failure = $3::text,
            failing_since = case when $3::text is not null then coalesce(failing_since, now()) end
      where workspace = $1`,
    [keyOf(workspaceId), dueInSeconds, failure],
  );
};

/** Gives it back as it was, for another process to take: this one is stopping. */
export const giveBack = async (pool: pg.Pool, workspaceId: string | null): Promise<void> => {
  await pool.query('update reconciler.backfills set leased_until = null where workspace = $1', [
    keyOf(workspaceId),
  ]);
};
