import type { Db } from '../db/client.ts';
import type { Logger } from '../ops/log.ts';
import { pause, startLoop } from '../ops/loop.ts';
import { isHeld } from '../reconcile/holds.ts';
import type { Requested } from '../reconcile/request.ts';
import { SeamError, SeamRefusedError } from '../seam/errors.ts';
import { letGo } from './fix.ts';
import { beginAnew, done, keep, leave, takeScheduled } from './lease.ts';
import { type Comparison, ComparisonTakenError } from './records.ts';
import { type Comparer, nextWorkspace, OtherWorkspacesError, walkPage } from './walk.ts';

const POLL_INTERVAL_MS = 30_000;
/** Between two pages of Seam's list: what asks Seam for a person or a webhook comes first. */
const PAGE_PAUSE_MS = 1_000;
/** After a failure, where Seam doesn't ask for more. */
const RETRY_MS = 5 * 60_000;
/** After one that was begun anew: what makes Seam refuse a page may do so again. */
const ANEW_MS = 15 * 60_000;
/** So long a workspace is left in peace whose queue is held. */
const HELD_MS = 60_000;

type Scheduled = Readonly<{
  db: Db;
  /** When one begins, in minutes since midnight, UTC. */
  atMinutes: number;
  /** Is told of what was let go, for the queue. */
  onAsked: (asked: readonly Requested[]) => void;
  log: Logger;
  pagePauseMs?: number;
}> &
  Omit<Comparer, 'asking'>;

/** Once: it is left for later rather than tried again at once. */
const once: NonNullable<Comparer['asking']> = (ask, signal) => ask(signal);

/**
 * Does the scheduled comparison, if it is time: walks on from where it was left, by whoever, to its end, and lets go
 * what is gone. What stops it is written down, and it is gone on with later, in this process or another.
 *
 * @returns how it ended; null when there was nothing to do, or it was left for later
 */
export const compareIfDue = async (
  options: Scheduled,
  signal: AbortSignal,
): Promise<Comparison | null> => {
  const { pool, atMinutes, log } = options;
  const taken = await takeScheduled(pool, atMinutes);
  if (taken === null) return null;
  const walking = { comparison: taken };
  try {
    const ended = await walkOn(options, walking, signal);
    if (ended === null) return null;
    const asked = await letGoOf(options, ended);
    const { id, listed, counts, withheld } = ended;
    log.info({ comparison: id, listed, counts, let_go: asked }, 'compared all accounts with Seam');
    if (withheld !== null) log.warn({ comparison: id }, withheld);
    return ended;
  } catch (error) {
    // Whoever has it goes on with it.
    if (error instanceof ComparisonTakenError) return null;
    if (signal.aborted) await leave(pool, walking.comparison, 0, null);
    else await leave(pool, walking.comparison, waitOf(error), tellOf(error));
    throw error;
  }
};

const waitOf = (error: unknown): number =>
  error instanceof SeamError ? Math.max(error.retryAfterMs ?? 0, RETRY_MS) : RETRY_MS;

/** In a sentence. Not what is no word of Seam's: that may hold anything, and the log has it. */
const tellOf = (error: unknown): string =>
  error instanceof SeamError
    ? `Seam: ${error.message}`
    : 'It failed on our side. The log of the worker says how.';

type Walking = { comparison: Comparison };

/** @returns null where a workspace is held, or it is begun anew: it was left for later */
const walkOn = async (
  options: Scheduled,
  walking: Walking,
  signal: AbortSignal,
): Promise<Comparison | null> => {
  const { db, pool, pagePauseMs = PAGE_PAUSE_MS } = options;
  while (walking.comparison.phase !== 'done') {
    signal.throwIfAborted();
    if (await isInTheWay(db, options, walking.comparison)) {
      await leave(pool, walking.comparison, HELD_MS, null);
      return null;
    }
    const next = await nextPage(options, walking.comparison, signal);
    if (next === null) return null;
    walking.comparison = next;
    await keep(pool, walking.comparison);
    if (walking.comparison.phase === 'seam') await pause(pagePauseMs, signal);
  }
  return walking.comparison;
};

/** Whether Seam is in trouble with the workspace whose list is next. */
const isInTheWay = async (
  db: Db,
  { workspaces }: Scheduled,
  comparison: Comparison,
): Promise<boolean> => {
  const next = nextWorkspace(workspaces, comparison);
  return next !== null && (await isHeld(db, next.id));
};

/** @returns null where it can't be gone on with: a new one takes its place, a while later */
const nextPage = async (
  options: Scheduled,
  comparison: Comparison,
  signal: AbortSignal,
): Promise<Comparison | null> => {
  try {
    return await walkPage({ ...options, asking: once }, comparison, signal);
  } catch (error) {
    const why = whyAnew(error, comparison);
    if (why === null) throw error;
    const anew = await beginAnew(options.pool, comparison, why);
    options.log.warn({ comparison: comparison.id, anew: anew.id }, why);
    await leave(options.pool, anew, ANEW_MS, null);
    return null;
  }
};

/** What no patience mends. @returns a sentence; null for what passes */
const whyAnew = (error: unknown, { cursor, phase }: Comparison): string | null => {
  if (error instanceof OtherWorkspacesError) {
    return 'The workspaces were changed while it walked, so it began anew.';
  }
  if (error instanceof SeamRefusedError && phase === 'seam' && cursor !== null) {
    return 'Seam no longer knew the page that was next, so it began anew.';
  }
  return null;
};

const letGoOf = async ({ pool, onAsked }: Scheduled, ended: Comparison): Promise<number> => {
  const asked = await letGo(pool, ended, onAsked);
  await done(pool, ended);
  return asked;
};

/** Compares all accounts with Seam's, every night, until it is disposed of. */
export const startComparisons = ({
  workspaces,
  ...options
}: Omit<Scheduled, 'workspaces'> &
  Readonly<{
    /** Those that are served at present. */
    workspaces: () => Scheduled['workspaces'];
  }>): AsyncDisposable =>
  startLoop({
    name: 'the nightly comparison with Seam',
    intervalMs: POLL_INTERVAL_MS,
    log: options.log,
    turn: async signal =>
      void (await compareIfDue({ ...options, workspaces: workspaces() }, signal)),
  });
