import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { SupportError } from '../../access/errors.ts';
import type { Logger } from '../../ops/log.ts';
import { mayBeDone, SeamError } from '../../seam/errors.ts';

/**
 * How long a change at Seam has an account to itself; each step begins it anew. Longer than a call to Seam may
 * take (10 s). What a process leaves that died is over by then.
 */
const LEASE_SECONDS = 30;
/** So long somebody else's change is waited for. */
const WAIT_MS = 15_000;
const POLL_MS = 200;
/** After a call whose end nobody knows: Seam may yet do it, so the next change waits for that. */
const UNKNOWN_END_SECONDS = 10;

/** An account that is being changed at Seam, and by nobody else. */
export type AccountLease = Readonly<{
  /**
   * Begins the time anew, right before a step that must be nobody else's.
   *
   * @returns false when it was over before that (this process was frozen, say): somebody else may have been there
   */
  renew: () => Promise<boolean>;
}>;

type Limits = Readonly<{ waitMs?: number; signal: AbortSignal; log: Logger }>;

/**
 * Does something to an account at Seam while nobody else does: Seam replaces metadata as a whole, so whoever
 * reads, changes and writes must be alone. It is a row with an end to it rather than a lock: calls to Seam take
 * their time, and no connection may be kept that long (nor is one the same from one statement to the next behind
 * a pooler). People, faces and processes all meet there.
 *
 * @throws SupportError `conflict` when somebody else is at it for longer than we wait; what `work` throws
 */
export const withAccountLease = async <T>(
  pool: pg.Pool,
  accountId: string,
  { waitMs = WAIT_MS, signal, log }: Limits,
  work: (lease: AccountLease) => Promise<T>,
): Promise<T> => {
  const holder = randomUUID();
  const deadline = performance.now() + waitMs;
  while (!(await take(pool, accountId, holder))) {
    if (performance.now() >= deadline) throw isBusy(accountId);
    await sleep(POLL_MS, undefined, { signal });
  }
  let hasEnded = true;
  try {
    return await work({ renew: () => renew(pool, accountId, holder) });
  } catch (error) {
    hasEnded = !isUnknownEnd(error);
    throw error;
  } finally {
    try {
      await giveBack(pool, accountId, holder, hasEnded);
    } catch (err) {
      // It lapses by itself; what was done is done.
      log.warn(
        { err, connected_account_id: accountId },
        'a change in Seam could not be marked as over: the next one of this account waits half a minute',
      );
    }
  }
};

const isBusy = (accountId: string): SupportError =>
  new SupportError(
    'conflict',
    `Someone is changing the account ${accountId} right now. Nothing was done. Try again in a moment.`,
  );

/** A call to Seam that was refused has ended. One that broke, or took too long, may end later than we know. */
const isUnknownEnd = (error: unknown): boolean =>
  error instanceof SeamError ? mayBeDone(error) : !(error instanceof SupportError);

const isTaken = ({ rowCount }: pg.QueryResult): boolean => rowCount === 1;

/** One statement, so that of two at once one has it. */
const take = async (pool: pg.Pool, accountId: string, holder: string): Promise<boolean> =>
  isTaken(
    await pool.query(
      `insert into reconciler.account_changes as c (connected_account_id, holder, until)
       values ($1, $2, now() + $3 * interval '1 s')
           on conflict (connected_account_id) do update set holder = excluded.holder, until = excluded.until
        where c.until <= now()`,
      [accountId, holder, LEASE_SECONDS],
    ),
  );

const renew = async (pool: pg.Pool, accountId: string, holder: string): Promise<boolean> =>
  isTaken(
    await pool.query(
      `update reconciler.account_changes set until = now() + $3 * interval '1 s'
        where connected_account_id = $1 and holder = $2 and until > now()`,
      [accountId, holder, LEASE_SECONDS],
    ),
  );

const giveBack = async (
  pool: pg.Pool,
  accountId: string,
  holder: string,
  hasEnded: boolean,
): Promise<void> => {
  const own = 'where connected_account_id = $1 and holder = $2';
  if (hasEnded) {
    await pool.query(`delete from reconciler.account_changes ${own}`, [accountId, holder]);
    return;
  }
  await pool.query(
    `update reconciler.account_changes set until = now() + $3 * interval '1 s' ${own}`,
    [accountId, holder, UNKNOWN_END_SECONDS],
  );
};
