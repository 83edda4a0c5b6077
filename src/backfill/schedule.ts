import type pg from 'pg';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';
import type { Seam } from '../seam/client.ts';
import { advance, type Coverage, giveBack, putOff, takeDueBackfill } from './coverage.ts';
import { type Hearing, hear } from './report.ts';
import { readSlices } from './slices.ts';
import { storeSlice } from './store.ts';

/** A workspace whose events are read. `id` is null where there is only one and nobody named it. */
type Workspace = Readonly<{ id: string | null; seam: Pick<Seam, 'listEvents'> }>;

const MINUTE_MS = 60_000;
/** Svix tries a third time after five minutes: until then a webhook is on its way rather than missing. */
const ON_ITS_WAY_MS = 6 * MINUTE_MS;
/** An event may appear in Seam's list a while after it was made: so near to now nothing is claimed. */
const LATE_MS = 10 * MINUTE_MS;
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
 * Does the scheduled backfill of one workspace, if it is due: from where everything is accounted for up to a
 * few minutes ago. The cursor moves after each slice's commit; a call that fails leaves it where it is.
 *
 * @returns how many events were missing; null when it wasn't due
 * @throws what stopped it; that is recorded, and it is due again in a minute
 */
export const backfillIfDue = async (
  { pool, everyMinutes, onStored, log }: Omit<Scheduled, 'workspaces'>,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<number | null> => {
  const taken = await takeDueBackfill(pool, workspace.id, FIRST_HOURS);
  if (taken === null) return null;
  try {
    const { missing, hearing } = await catchUp(pool, workspace, taken, onStored, signal);
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
  pool: pg.Pool,
  { id, seam }: Workspace,
  taken: Coverage,
  onStored: Scheduled['onStored'],
  signal: AbortSignal,
): Promise<{ missing: number; hearing: Hearing }> => {
  const now = Date.now();
  let hearing: Hearing = taken;
  let missing = 0;
  const until = new Date(now - ON_ITS_WAY_MS);
  for await (const slice of readSlices(seam, taken.coveredUntil, until, signal)) {
    const told = await storeSlice(pool, slice, id);
    hearing = hear(hearing, told);
    const missed = told.filter(({ was }) => was === 'missing').length;
    missing += missed;
    if (missed > 0) onStored();
    const covered = Math.min(slice.until.getTime(), now - LATE_MS);
    await advance(pool, id, new Date(covered), hearing);
  }
  return { missing, hearing };
};

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
  const stack = new AsyncDisposableStack();
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
