import type pg from 'pg';
import { Disposables } from '../ops/disposables.ts';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';
import type { Seam } from '../seam/client.ts';
import { advance, giveBack, putOff, type Taken, takeDueBackfill } from './coverage.ts';
import { noteGap, takeDueGap } from './gaps.ts';
import { type Hearing, hear, latest, type Told } from './report.ts';
import { readSlices, type Slice } from './slices.ts';
import { storeSlice } from './store.ts';

/** A workspace whose events are read. `id` is null where there is only one and nobody named it. */
type Workspace = Readonly<{ id: string | null; seam: Pick<Seam, 'listEvents'> }>;

const MINUTE_MS = 60_000;
/** Svix tries a third time after five minutes: until then a webhook is on its way rather than missing. */
const ON_ITS_WAY_MS = 6 * MINUTE_MS;
/** An event may appear in Seam's list a while after it was made: so near to now nothing is claimed. */
const LATE_MS = 10 * MINUTE_MS;
/**
 * So much of what was read before is read again at each turn, for what appeared in Seam's list later than
 * LATE_MS; Seam promises no bound. Six turns have a chance at each event, and where nothing is new it costs
 * one call that was made anyway, which lists more.
 */
const LOOK_BACK_MS = 60 * MINUTE_MS;
/**
 * After a turn that failed, Seam is asked for answers of at most so many events: one that was too large or took
 * too long to be read would be so each time, and nothing after it ever be read.
 */
const LIMIT_AFTER_FAILURE = 50;
/** So many gaps are tried at one turn, that they may not outlast its lease. */
const MOST_GAPS = 20;
/** Where coverage begins the first time. */
const FIRST_HOURS = 24;
const POLL_INTERVAL_MS = 5_000;
const RETRY_SECONDS = 60;

type Scheduled = Readonly<{
  pool: pg.Pool;
  workspaces: readonly Workspace[];
  everyMinutes: number;
  /** Something was stored that is still to be counted. */
  onStored: () => void;
  log: Logger;
}>;

/**
 * Does the scheduled backfill of one workspace, if it is due: from an hour before where everything is
 * accounted for up to a few minutes ago, by the database's clock. The cursor moves after each slice's commit;
 * a call that fails leaves it where it is. What Seam doesn't list to its end is noted as a gap and passed
 * over; then the gaps that are due are tried again.
 *
 * @returns how many events were missing; null when it wasn't due
 * @throws what stopped it; that is recorded, and it is due again in a minute
 */
export const backfillIfDue = async (
  options: Omit<Scheduled, 'workspaces'>,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<number | null> => {
  const { pool, everyMinutes, log } = options;
  const taken = await takeDueBackfill(pool, workspace.id, FIRST_HOURS);
  if (taken === null) return null;
  try {
    const { missing: missed, hearing } = await catchUp(options, workspace, taken, signal);
    const missing = missed + (await tryGaps(options, workspace, signal));
    await putOff(pool, workspace.id, { dueInSeconds: everyMinutes * 60, failure: null });
    if (missing > 0) {
      log.warn({ events: missing, workspace_id: workspace.id }, 'the backfill found missed events');
    }
    tellOfSilence(log, workspace, taken, hearing);
    return missing;
  } catch (error) {
    if (signal.aborted) await giveBack(pool, workspace.id);
    else {
      const failure = error instanceof Error ? error.message : String(error);
      const dueInSeconds = Math.min(RETRY_SECONDS, everyMinutes * 60);
      await putOff(pool, workspace.id, { dueInSeconds, failure });
    }
    throw error;
  }
};

const catchUp = async (
  options: Omit<Scheduled, 'workspaces'>,
  { id, seam }: Workspace,
  taken: Taken,
  signal: AbortSignal,
): Promise<{ missing: number; hearing: Hearing }> => {
  const now = taken.now.getTime();
  let hearing: Hearing = taken;
  let missing = 0;
  let olderUntil: Date | null = null;
  const cursor = Math.min(taken.coveredUntil.getTime(), now);
  const since = Math.min(cursor, Math.max(taken.coveredFrom.getTime(), cursor - LOOK_BACK_MS));
  const until = new Date(now - ON_ITS_WAY_MS);
  const limit = taken.failingSince === null ? undefined : LIMIT_AFTER_FAILURE;
  for await (const slice of readSlices(seam, new Date(since), until, signal, limit)) {
    const told = await take(options, slice, id);
    hearing = hear(hearing, told);
    missing += countMissing(told);
    olderUntil = latest([
      olderUntil,
      ...told.map(each => (each.was === 'older' ? each.occurredAt : null)),
    ]);
    const coveredUntil = new Date(Math.min(slice.until.getTime(), now - LATE_MS));
    await advance(options.pool, id, { coveredUntil, olderUntil }, hearing);
  }
  return { missing, hearing };
};

/**
 * Tries again the gaps of a workspace that are due.
 *
 * @returns how many events were missing
 */
const tryGaps = async (
  options: Omit<Scheduled, 'workspaces'>,
  { id, seam }: Workspace,
  signal: AbortSignal,
): Promise<number> => {
  let missing = 0;
  for (let tried = 0; tried < MOST_GAPS && !signal.aborted; tried++) {
    const gap = await takeDueGap(options.pool, id);
    if (gap === null) break;
    for await (const slice of readSlices(seam, gap.from, gap.until, signal)) {
      missing += countMissing(await take(options, slice, id));
    }
  }
  return missing;
};

/** Stores what a slice brings, and notes what it doesn't. */
const take = async (
  { pool, onStored, log }: Omit<Scheduled, 'workspaces'>,
  slice: Slice,
  workspaceId: string | null,
): Promise<Told[]> => {
  const told = await storeSlice(pool, slice, workspaceId);
  if (countMissing(told) > 0) onStored();
  const change = await noteGap(pool, slice, workspaceId);
  const which = { workspace_id: workspaceId, from: slice.from.toISOString() };
  if (change === 'opened') {
    log.warn(which, 'Seam lists more events of one instant than it gives: some may be missing');
  } else if (change === 'closed') {
    log.info(which, 'what Seam listed only in part before, it has listed to its end');
  }
  return told;
};

const countMissing = (told: readonly Told[]): number =>
  told.filter(({ was }) => was === 'missing').length;

/** Once when it begins, and once when it is over. */
const tellOfSilence = (log: Logger, { id }: Workspace, before: Hearing, now: Hearing): void => {
  const wasSilent = before.unheardEvents > 0;
  const isSilent = now.unheardEvents > 0;
  if (isSilent && !wasSilent) {
    log.warn(
      {
        workspace_id: id,
        events: now.unheardEvents,
        since: now.unheardSince?.toISOString(),
        last_webhook_event_at: now.lastHeardAt?.toISOString(),
      },
      'no webhook arrives although Seam lists events: is the endpoint up, and enabled in Seam?',
    );
  }
  if (wasSilent && !isSilent) log.info({ workspace_id: id }, 'webhooks are arriving again');
};

/** Keeps every workspace's events accounted for until it is disposed of. */
export const startBackfills = (options: Scheduled): AsyncDisposable => {
  const stack = new Disposables();
  // A loop each: one that Seam throttles doesn't hold up the others.
  for (const workspace of options.workspaces) {
    const loop = startLoop({
      name: 'the scheduled backfill',
      intervalMs: POLL_INTERVAL_MS,
      log: options.log,
      turn: async signal => void (await backfillIfDue(options, workspace, signal)),
    });
    stack.use(loop);
  }
  return stack;
};
