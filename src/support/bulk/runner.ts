import type pg from 'pg';
import { type Client, inTransaction } from '../../db/client.ts';
import { and, drizzle, isNotNull, isNull } from '../../db/drizzle.ts';
import { bulkRuns } from '../../db/schema-desk.ts';
import type { Logger } from '../../ops/log.ts';
import { startLoop } from '../../ops/loop.ts';
import { type Carrier, carryOutSome } from './carry-out.ts';
import { type Dispatched, dispatchNext, FROM_THE_FIRST, type LookAhead } from './dispatch.ts';
import { FIRST_HANDED_OUT, FIRST_OUTCOMES } from './limits.ts';
import { allowedBy, putOff, take } from './pace.ts';
import { endEarly, finishIfAllAreIn, skipSome } from './start.ts';
import { starterNow } from './starter.ts';
import type { Tries } from './tries.ts';
import { judgeFirst, watch } from './watch.ts';

type Driver = Carrier & Readonly<{ pool: pg.Pool; log: Logger }>;

/** How far each run was looked through for what can be handed out. Lost with the process: then it begins anew. */
type LookAheads = Map<number, LookAhead>;

const INTERVAL_MS = 1_000;

/**
 * Drives the bulk runs that were started, until it is disposed of. Any number of processes may: a run is
 * in the hands of one at a time, each step is a transaction, and all there is to know of it is in its
 * rows; so it goes on wherever the last step left it.
 */
export const startBulkRunner = (driver: Driver): AsyncDisposable => {
  const lookAheads: LookAheads = new Map();
  const tries: Tries = new Map();
  return startLoop({
    name: 'bulk runs',
    intervalMs: INTERVAL_MS,
    log: driver.log,
    turn: signal => advanceBulkRuns(driver, lookAheads, signal, tries),
  });
};

/**
 * One step of each bulk run that isn't finished. One that can't go on (a newer version has planned it) keeps
 * none of the others.
 *
 * @throws Error for the first that can't
 */
export const advanceBulkRuns = async (
  driver: Driver,
  lookAheads: LookAheads = new Map(),
  signal?: AbortSignal,
  tries: Tries = new Map(),
): Promise<void> => {
  const unfinished = await drizzle(driver.pool)
    .select({ id: bulkRuns.id, state: bulkRuns.state, action: bulkRuns.action })
    .from(bulkRuns)
    .where(and(isNotNull(bulkRuns.startedAt), isNull(bulkRuns.finishedAt)))
    .orderBy(bulkRuns.id);
  const running = unfinished.filter(({ state }) => state === 'running').length;
  const ids = new Set(unfinished.map(({ id }) => id));
  for (const id of lookAheads.keys()) if (!ids.has(id)) lookAheads.delete(id);
  let fault: Error | null = null;
  for (const { id, action } of unfinished) {
    if (signal?.aborted) return;
    try {
      if (action !== 'retry') {
        await carryOutSome(driver, id, running, tries, signal);
        continue;
      }
      const asked = await inTransaction(driver.pool, client =>
        step(client, driver, id, { running, lookAheads }),
      );
      // Once it is committed. What doesn't get into the queue here is put there by the sweep.
      await Promise.all(asked.map(look => driver.queues.request(look.subject, look.workspaceId)));
    } catch (cause) {
      fault ??= new Error(`bulk run ${id} can't continue`, { cause });
    }
  }
  if (fault !== null) throw fault;
};

/** @param among.running so many share the pace */
const step = async (
  client: Client,
  { log }: Driver,
  id: number,
  { running, lookAheads }: Readonly<{ running: number; lookAheads: LookAheads }>,
): Promise<Dispatched[]> => {
  const run = await take(client, id, running);
  if (run === null) return [];
  const beingLookedAt = await watch(client, id);
  const asked: Dispatched[] = [];
  if (run.state === 'running') {
    const starter = await starterNow(client, run);
    const { count, hopelessBecause } = await judgeFirst(client, id);
    const because = starter.mayNoMoreBecause ?? hopelessBecause;
    if (because !== null) {
      await endEarly(client, id, 'stopped_itself', because);
      log.warn({ bulk_run: id, because }, 'a bulk run stopped automatically');
      return [];
    }
    const most =
      count < FIRST_OUTCOMES
        ? FIRST_HANDED_OUT - count - beingLookedAt
        : run.perMinute - beingLookedAt;
    const due = Math.min(most, allowedBy(run));
    if (due > 0) {
      const lookAhead = lookAheads.get(id) ?? FROM_THE_FIRST;
      const dispatched = await dispatchNext(client, run, starter.actor, due, lookAhead);
      lookAheads.set(id, dispatched.next);
      await putOff(client, run, dispatched.looks);
      asked.push(...dispatched.asked);
    }
  } else if (run.state === 'stopped' || run.state === 'stopped_itself') {
    await skipSome(client, id, run.state, run.stoppedBecause);
  }
  if (await finishIfAllAreIn(client, id)) log.info({ bulk_run: id }, 'a bulk run finished');
  return asked;
};
