import type pg from 'pg';
import { type Client, inTransaction } from '../../db/client.ts';
import { and, drizzle, eq, isNotNull, isNull, type SQL, sql } from '../../db/drizzle.ts';
import { bulkRuns } from '../../db/schema-desk.ts';
import type { Logger } from '../../ops/log.ts';
import { startLoop } from '../../ops/loop.ts';
import type { Queues } from '../../queue/queues.ts';
import { type Dispatched, dispatchNext, FROM_THE_FIRST, type LookAhead } from './dispatch.ts';
import { FIRST_HANDED_OUT, FIRST_OUTCOMES } from './limits.ts';
import { endEarly, finishIfAllAreIn, skipSome } from './start.ts';
import { starterNow } from './starter.ts';
import { judgeFirst, watch } from './watch.ts';

type Driver = Readonly<{ pool: pg.Pool; queues: Pick<Queues, 'request'>; log: Logger }>;

/** How far each run was looked through for what can be handed out. Lost with the process: then it begins anew. */
type LookAheads = Map<number, LookAhead>;

const INTERVAL_MS = 1_000;
/** What was not handed out for so long (held, or nobody was there) is not made up for. */
const LONGEST_CATCH_UP_SECONDS = 2;

/**
 * Drives the bulk runs that were started, until it is disposed of. Any number of processes may: a run is
 * in the hands of one at a time, each step is a transaction, and all there is to know of it is in its
 * rows; so it goes on wherever the last step left it.
 */
export const startBulkRunner = (driver: Driver): AsyncDisposable => {
  const lookAheads: LookAheads = new Map();
  return startLoop({
    name: 'bulk runs',
    intervalMs: INTERVAL_MS,
    log: driver.log,
    turn: signal => advanceBulkRuns(driver, lookAheads, signal),
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
): Promise<void> => {
  const unfinished = await drizzle(driver.pool)
    .select({ id: bulkRuns.id, state: bulkRuns.state })
    .from(bulkRuns)
    .where(and(isNotNull(bulkRuns.startedAt), isNull(bulkRuns.finishedAt)))
    .orderBy(bulkRuns.id);
  const running = unfinished.filter(({ state }) => state === 'running').length;
  const ids = new Set(unfinished.map(({ id }) => id));
  for (const id of lookAheads.keys()) if (!ids.has(id)) lookAheads.delete(id);
  let fault: Error | null = null;
  for (const { id } of unfinished) {
    if (signal?.aborted) return;
    try {
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
    const due = Math.min(most, Math.floor((run.idleSeconds * run.share) / 60 + TOLERANCE));
    if (due > 0) {
      const lookAhead = lookAheads.get(id) ?? FROM_THE_FIRST;
      const dispatched = await dispatchNext(client, run, starter.actor, due, lookAhead);
      lookAheads.set(id, dispatched.next);
      await putOff(client, run, (dispatched.dealtWith * 60) / run.share);
      asked.push(...dispatched.asked);
    }
  } else if (run.state === 'stopped' || run.state === 'stopped_itself') {
    await skipSome(client, id, run.state, run.stoppedBecause);
  }
  if (await finishIfAllAreIn(client, id)) log.info({ bulk_run: id }, 'a bulk run finished');
  return asked;
};

/** Of what floating point makes of a whole number. */
const TOLERANCE = 1e-6;

type Run = Readonly<{
  id: number;
  state: (typeof bulkRuns.$inferSelect)['state'];
  stoppedBecause: string | null;
  query: string;
  total: number;
  perMinute: number;
  /** Of that pace, as several share it. */
  share: number;
  /** For how long it could have handed out, and hasn't. */
  idleSeconds: number;
}>;

/** Up to when what was handed out so far has used up a run's pace. A slow one hands out one at a time. */
const usedUntil = (share: SQL | number): SQL =>
  sql`greatest(coalesce(${bulkRuns.leasedUntil}, ${bulkRuns.startedAt}),
               now() - greatest(${LONGEST_CATCH_UP_SECONDS}, 61 / ${share}::float8) * interval '1 s')`;

/** Takes a run for one step; null: another process has it in hand, or it is finished. */
const take = async (client: Client, id: number, running: number): Promise<Run | null> => {
  const share = sql`${bulkRuns.perMinute} / ${Math.max(1, running)}::float8`;
  const [run] = await drizzle(client)
    .select({
      id: bulkRuns.id,
      state: bulkRuns.state,
      stoppedBecause: bulkRuns.stoppedBecause,
      query: bulkRuns.query,
      total: bulkRuns.total,
      perMinute: bulkRuns.perMinute,
      share: sql<number>`${share}`,
      idleSeconds: sql<number>`extract(epoch from now() - ${usedUntil(sql`(${share})`)})::float8`,
    })
    .from(bulkRuns)
    .where(and(eq(bulkRuns.id, id), isNull(bulkRuns.finishedAt)))
    .for('update', { skipLocked: true });
  return run ?? null;
};

/** Lets nobody hand out any more of it until its pace allows. */
const putOff = async (client: Client, { id, share }: Run, seconds: number): Promise<void> => {
  await drizzle(client)
    .update(bulkRuns)
    .set({ leasedUntil: sql`${usedUntil(share)} + ${seconds} * interval '1 s'` })
    .where(eq(bulkRuns.id, id));
};
