import type pg from 'pg';
import { inTransaction } from '../db/client.ts';
import { isFaultOfARow, isLockTrouble } from '../db/errors.ts';
import type { SetAsideBecause } from '../model/set-aside.ts';
import type { Logger } from '../ops/log.ts';
import { pause, startLoop } from '../ops/loop.ts';
import { ignoreSteps, type OnStep } from '../ops/steps.ts';
import { type CountedPage, countPage, type News, PAGE_SIZE } from './count.ts';
import { SET_ASIDE_MESSAGE } from './log-stored.ts';

/** Counts what is stored, off the way of the answers. */
export type Counting = Readonly<{
  /** Something was stored: count it soon. Returns at once and never fails. */
  nudge: () => void;
}> &
  AsyncDisposable;

/** How often it looks for what others stored and did not come to count. */
const POLL_MS = 1_000;
/** Under load it rests for so many times as long as it worked: the answers come first, and the pages grow. */
const REST = 3;
const LONGEST_REST_MS = 500;
/** How long after what somebody holds is tried again. */
const HELD_AGAIN_MS = 250;
/** How long a process that stops goes on counting. */
const LAST_ROUND_MS = 5_000;
/** How long a subject on its own may keep the others waiting. */
const ALONE_LOCK_TIMEOUT_MS = 200;

/**
 * Counts what is stored and not yet counted, whichever process stored it: at once where it is nudged on an
 * idle system, in pages that grow with the load otherwise; and once a second whatever was left by a process
 * that is gone. Any number of processes may do so.
 *
 * @param options.onCounted is told of every page's news after its commit; what it does is not waited for
 */
export const startCounting = (options: {
  pool: pg.Pool;
  log: Logger;
  onCounted: (news: readonly News[]) => void;
  onStep?: OnStep;
}): Counting => {
  const { onStep = ignoreSteps } = options;
  let isNudged = false;
  let pauseMs = POLL_MS;
  const loop = startLoop({
    name: 'counting',
    intervalMs: () => pauseMs,
    log: options.log,
    turn: async signal => {
      const began = performance.now();
      if (isNudged) onStep('counting');
      isNudged = false;
      pauseMs = POLL_MS;
      const { left, isCut } = await countAll(options, signal);
      if (left > 0) pauseMs = HELD_AGAIN_MS;
      if (isCut) pauseMs = 0;
      await rest(began, signal);
    },
  });
  return {
    nudge: () => {
      isNudged = true;
      loop.nudge();
    },
    [Symbol.asyncDispose]: async () => {
      await loop[Symbol.asyncDispose]();
      // What was stored while the last turn was under way; should it fail, another process counts it.
      try {
        await countAll(options, AbortSignal.timeout(LAST_ROUND_MS));
      } catch (err) {
        options.log.warn({ err }, 'what is stored is left to be counted by another process');
      }
    },
  };
};

/**
 * Goes once through all that waits.
 *
 * @param signal ends it after the page that is under way
 * @returns how many had to be left; whether a page was full, and so may have cut off what is of one subject
 * @throws whatever Postgres throws
 */
export const countAll = async (
  {
    pool,
    log,
    onCounted,
    onStep = ignoreSteps,
    pageSize = PAGE_SIZE,
  }: Readonly<{
    pool: pg.Pool;
    log: Logger;
    onCounted: (news: readonly News[]) => void;
    onStep?: OnStep;
    pageSize?: number;
  }>,
  signal: AbortSignal,
): Promise<{ left: number; isCut: boolean }> => {
  let left = 0;
  let isCut = false;
  let after: string | null = '';
  while (after !== null && !signal.aborted) {
    const began = performance.now();
    const page: CountedPage = await countPageOrAlone(pool, after, pageSize, log);
    if (page.counted + page.left > 0) {
      log.debug({ counted: page.counted, left: page.left }, 'deliveries counted');
    }
    for (const { eventId: event_id, subject, vouchedBy, belongsTo } of page.setAside) {
      const because: SetAsideBecause = 'subject_of_another_workspace';
      const who = { vouched_by: vouchedBy, belongs_to: belongsTo };
      log.warn({ event_id, subject, ...who, because }, SET_ASIDE_MESSAGE);
    }
    if (page.counted > 0) onStep('counted');
    if (page.news.length > 0) onCounted(page.news);
    left += page.left;
    after = page.next;
    if (after === null) break;
    isCut ||= page.counted > 0;
    await rest(began, signal);
  }
  return { left, isCut };
};

const rest = (sinceMs: number, signal: AbortSignal): Promise<void> =>
  pause(Math.min((performance.now() - sinceMs) * REST, LONGEST_REST_MS), signal);

/** A page; or, where one subject stands in the way of all, as many as there are, each on its own. */
const countPageOrAlone = async (
  pool: pg.Pool,
  after: string,
  size: number,
  log: Logger,
): Promise<CountedPage> => {
  try {
    return await countPage(pool, after, size);
  } catch (error) {
    if (!isLockTrouble(error) && !isFaultOfARow(error)) throw error;
    log.warn({ err: error }, 'one of several could not be counted: each is counted on its own');
    return countAlone(pool, after, log);
  }
};

/** The next subject on its own; one that can't be counted now is left, and gone past. */
const countAlone = async (pool: pg.Pool, after: string, log: Logger): Promise<CountedPage> => {
  const { rows } = await pool.query<{ subject: string }>(
    'select subject from reconciler.uncounted where subject > $1 order by subject limit 1',
    [after],
  );
  const subject = rows[0]?.subject;
  if (subject === undefined) return { news: [], setAside: [], counted: 0, left: 0, next: null };
  try {
    const page = await inTransaction(pool, async client => {
      await client.query(`set local lock_timeout = ${ALONE_LOCK_TIMEOUT_MS}`);
      return countPage(client, after, 1);
    });
    return { ...page, next: subject };
  } catch (err) {
    log.warn({ err, subject }, 'a subject could not be counted now');
    return { news: [], setAside: [], counted: 0, left: 1, next: subject };
  }
};
