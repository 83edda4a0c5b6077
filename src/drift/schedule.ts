import type { Db } from '../db/client.ts';
import type { Logger } from '../ops/log.ts';
import { pause, startLoop } from '../ops/loop.ts';
import { isHeld } from '../reconcile/holds.ts';
import type { Requested } from '../reconcile/request.ts';
import { SeamError } from '../seam/errors.ts';
import { letGo } from './fix.ts';
import { tellLeftOut } from './guard.ts';
import { beginAnew, done, isLate, keep, leave, takeScheduled } from './lease.ts';
import { type Comparison, ComparisonTakenError } from './records.ts';
import {
  type Comparer,
  goWithout,
  OtherWorkspacesError,
  openWorkspaces,
  PageRefusedError,
  type Walked,
  walkPage,
} from './walk.ts';

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
    else await leave(pool, walking.comparison, RETRY_MS, OURS);
    throw error;
  }
};

/** Not what it was: that may hold anything, and the log has it. */
const OURS = 'It failed on our side. The log of the worker says how.';

type Walking = { comparison: Comparison };

/** Why a workspace is passed over in this turn, in a sentence, and for how long at least. */
type Trouble = Readonly<{ sentence: string; waitMs: number }>;
type Troubled = Map<Walked, Trouble>;

/** @returns null where all that is left is in trouble, or it is begun anew: it was left for later */
const walkOn = async (
  options: Scheduled,
  walking: Walking,
  signal: AbortSignal,
): Promise<Comparison | null> => {
  const { pool, pagePauseMs = PAGE_PAUSE_MS } = options;
  const troubled: Troubled = new Map();
  while (walking.comparison.phase !== 'done') {
    signal.throwIfAborted();
    const next = await nextPage(options, walking.comparison, troubled, signal);
    if (next === null) return null;
    walking.comparison = next;
    await keep(pool, walking.comparison);
    if (walking.comparison.phase === 'seam') await pause(pagePauseMs, signal);
  }
  return walking.comparison;
};

/** @returns null where it was left for later; or where it can't be gone on with: a new one takes its place */
const nextPage = async (
  options: Scheduled,
  comparison: Comparison,
  troubled: Troubled,
  signal: AbortSignal,
): Promise<Comparison | null> => {
  try {
    const open = openWorkspaces(options.workspaces, comparison);
    const workspace = await firstWell(options, open, troubled);
    if (workspace === null && open.length > 0) {
      return await waitOrGoWithout(options, comparison, open, troubled);
    }
    return await askOrPassOver(options, comparison, workspace, troubled, signal);
  } catch (error) {
    const why = whyAnew(error);
    if (why === null) throw error;
    const anew = await beginAnew(options.pool, comparison, why);
    options.log.warn({ comparison: comparison.id, anew: anew.id }, why);
    await leave(options.pool, anew, ANEW_MS, null);
    return null;
  }
};

const named = ({ id }: Walked): string => (id === null ? '' : ` for workspace ${id}`);

/** One in trouble doesn't keep the others waiting. */
const firstWell = async (
  { db }: Scheduled,
  open: readonly Walked[],
  troubled: Troubled,
): Promise<Walked | null> => {
  for (const workspace of open) {
    if (troubled.has(workspace)) continue;
    if (!(await isHeld(db, workspace.id))) return workspace;
    const sentence = `Waits${named(workspace)}: its queue is held.`;
    troubled.set(workspace, { sentence, waitMs: HELD_MS });
  }
  return null;
};

const askOrPassOver = async (
  options: Scheduled,
  comparison: Comparison,
  workspace: Walked | null,
  troubled: Troubled,
  signal: AbortSignal,
): Promise<Comparison> => {
  try {
    return await walkPage({ ...options, asking: once }, comparison, workspace, signal);
  } catch (error) {
    const isItsOwn = error instanceof SeamError && !(error instanceof PageRefusedError);
    if (!isItsOwn || workspace === null || signal.aborted) throw error;
    const { message, reason, retryAfterMs } = error;
    const sentence = workspace.id === null ? '' : `Waits${named(workspace)}. `;
    const waitMs = Math.max(retryAfterMs ?? 0, RETRY_MS);
    troubled.set(workspace, { sentence: `${sentence}Seam: ${message}`, waitMs });
    options.log.warn({ comparison: comparison.id, workspace: workspace.id, reason }, message);
    return comparison;
  }
};

/** Only what was walked has anything missing: so it may end without the others, and a new night can begin. */
const waitOrGoWithout = async (
  { pool, log }: Scheduled,
  comparison: Comparison,
  open: readonly Walked[],
  troubled: Troubled,
): Promise<Comparison | null> => {
  const someWalked = Object.values(comparison.tally).some(({ isWalked }) => isWalked);
  if (someWalked && (await isLate(pool, comparison))) {
    const next = await goWithout(pool, comparison, open);
    log.warn({ comparison: next.id }, tellLeftOut(next.tally) ?? '');
    return next;
  }
  const troubles = open.flatMap(one => troubled.get(one) ?? []);
  const why = troubles.map(({ sentence }) => sentence).join(' ');
  await leave(pool, comparison, Math.max(...troubles.map(({ waitMs }) => waitMs)), why);
  return null;
};

/** What no patience mends. @returns a sentence; null for what passes */
const whyAnew = (error: unknown): string | null => {
  if (error instanceof OtherWorkspacesError) {
    return 'The workspaces were changed while it walked, so it began again.';
  }
  if (error instanceof PageRefusedError) {
    return 'Seam no longer knew the page that was next, so it began again.';
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
