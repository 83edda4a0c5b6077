import type pg from 'pg';
import type { Actor } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { type Client, inTransaction, inTransactionWithRetries } from '../../db/client.ts';
import { and, drizzle, eq, sql } from '../../db/drizzle.ts';
import { bulkItems } from '../../db/schema-desk.ts';
import type { Subject } from '../../model/subject.ts';
import type { Logger } from '../../ops/log.ts';
import type { Queues } from '../../queue/queues.ts';
import { dismissWithin } from '../cases/dismiss.ts';
import { caseNamed } from '../cases/members.ts';
import { noteWithin } from '../cases/notes.ts';
import type { Desk } from '../desk.ts';
import { fromStored } from '../finding/stored-filter.ts';
import { linkWithin } from '../links/link.ts';
import { accountToLink, lockCaseOfAccount, type ToQueue } from '../links/lock.ts';
import { assignWithin } from '../shifts/assign.ts';
import { colleagueMeant } from '../shifts/people.ts';
import { whyChanged } from './heard.ts';
import { IN_THEIR_ORDER, isIn } from './items.ts';
import { allowedBy, putOff, type Run, take } from './pace.ts';
import { chosenStates, parseSelection } from './selection.ts';
import { endEarly, finishIfAllAreIn, skipSome } from './start.ts';
import { starterNow } from './starter.ts';
import { FAULT_OF_OURS, failedAgain, type Tries } from './tries.ts';

/** What it takes to do something to a case in somebody's name. */
export type Carrier = Readonly<{
  pool: pg.Pool;
  queues: Pick<Queues, 'servedIds' | 'request'>;
  config: Pick<Desk['config'], 'identity'>;
  users: Pick<Desk['users'], 'find'>;
  log: Logger;
}>;

/** Far more than its pace allows in a turn: so that no turn lasts for ever. */
const MOST_A_TURN = 200;

/**
 * Does what a run other than a retry does to its next cases: each in a transaction of its own, by the functions that one
 * person's button calls for one case. As many as its pace allows by now.
 *
 * @param running so many share the pace
 * @param tries of what has failed by a fault of ours: after a few it is given up, and keeps no other waiting
 */
export const carryOutSome = async (
  carrier: Carrier,
  id: number,
  running: number,
  tries: Tries,
  signal?: AbortSignal,
): Promise<void> => {
  for (let n = 0; n < MOST_A_TURN && !signal?.aborted; n++) {
    if (!(await carryOutNext(carrier, id, running, tries))) return;
  }
};

type Item = Readonly<{
  position: number;
  subject: Subject;
  planned: number;
  userId: string | null;
}>;

/** What became of an item; where it is linked, the look that this asked for. */
type Done = Readonly<{ why: string | null; toQueue: ToQueue | null }>;

/** Of an item that has been seen to: how it stands, and where it wasn't done, why. */
type Became = Readonly<{ state: 'succeeded' | 'skipped' | 'failed'; why: string | null }>;

/** @returns whether there may be more to do at once */
const carryOutNext = async (
  carrier: Carrier,
  id: number,
  running: number,
  tries: Tries,
): Promise<boolean> => {
  let tried: Item | null = null;
  try {
    const done = await inTransactionWithRetries(carrier.pool, async client => {
      tried = null;
      const run = await takeToCarryOut(client, carrier, id, running);
      if (run === null) return null;
      const item = await nextItem(client, id);
      if (item === null) {
        await finishIfAllAreIn(client, id);
        return null;
      }
      tried = item;
      const did = await doOne(client, carrier, run, item);
      const state = did.why === null ? 'succeeded' : 'skipped';
      await writeDown(client, run, item, { state, why: did.why });
      return did;
    });
    if (done === null) return false;
    // Once it is committed. What doesn't get into the queue here is put there by the sweep.
    if (done.toQueue !== null) {
      await carrier.queues.request(done.toQueue.subject, done.toQueue.workspaceId);
    }
    return true;
  } catch (error) {
    if (tried === null) throw error;
    const item: Item = tried;
    if (error instanceof SupportError)
      return end(carrier, id, running, item, { state: 'skipped', why: error.message });
    if (!failedAgain(tries, id, item.position)) throw error;
    const { subject } = item;
    carrier.log.error({ err: error, bulk_run: id, subject }, 'an item of a bulk run was given up');
    return end(carrier, id, running, item, { state: 'failed', why: FAULT_OF_OURS });
  }
};

/** What can't be done to a case is told beside it, and keeps no other waiting. */
const end = (
  { pool }: Carrier,
  id: number,
  running: number,
  item: Item,
  became: Became,
): Promise<boolean> =>
  inTransaction(pool, async client => {
    const run = await take(client, id, running);
    if (run === null || run.state !== 'running') return false;
    // Let go of in between, another process may have had it in hand, and done it.
    await writeDown(client, run, item, became);
    return true;
  });

type Taken = Run & Readonly<{ starter: Actor }>;

/** @returns null where nothing is to be done now: another has it, it has ended, or its pace is used up */
const takeToCarryOut = async (
  client: Client,
  { log }: Carrier,
  id: number,
  running: number,
): Promise<Taken | null> => {
  const run = await take(client, id, running);
  if (run === null) return null;
  if (run.state === 'stopped' || run.state === 'stopped_itself') {
    await skipSome(client, id, run.state, run.stoppedBecause);
    await finishIfAllAreIn(client, id);
    return null;
  }
  const { actor, mayNoMoreBecause: because } = await starterNow(client, run);
  if (because !== null) {
    await endEarly(client, id, 'stopped_itself', because);
    log.warn({ bulk_run: id, because }, 'a bulk run stopped automatically');
    return null;
  }
  return allowedBy(run) > 0 ? { ...run, starter: actor } : null;
};

const nextItem = async (client: Client, id: number): Promise<Item | null> => {
  const [item = null] = await drizzle(client)
    .select({
      position: bulkItems.position,
      subject: sql<Subject>`${bulkItems.subject}`,
      planned: sql<number>`${bulkItems.plannedGeneration}::float8`,
      userId: bulkItems.userId,
    })
    .from(bulkItems)
    .where(and(eq(bulkItems.bulkRunId, id), isIn('waiting')))
    .orderBy(IN_THEIR_ORDER)
    .limit(1);
  return item;
};

const doOne = async (client: Client, carrier: Carrier, run: Taken, item: Item): Promise<Done> => {
  const { subject } = item;
  // As whoever links one does: the account first, then its cases, so that no two wait for each other.
  if (run.action === 'link') {
    await lockCaseOfAccount(client, subject, await accountToLink(drizzle(client), subject));
  }
  const chosen = chosenStates(parseSelection(fromStored(run.query)), run.action);
  const changed = await whyChanged(client, item, chosen);
  if (changed !== null) return { why: changed, toQueue: null };
  return { why: null, toQueue: await act(client, carrier, run, item) };
};

const act = async (
  client: Client,
  carrier: Carrier,
  { id: bulkRunId, action, given, why, starter }: Taken,
  { subject, userId }: Item,
): Promise<ToQueue | null> => {
  switch (action) {
    case 'dismiss':
      await dismissWithin(client, starter, subject, { why: why ?? '', bulkRunId });
      return null;
    case 'note':
      await noteWithin(client, starter, subject, { text: given?.text ?? '', bulkRunId });
      return null;
    case 'assign': {
      const to = await colleagueMeant(client, starter, given?.operatorId ?? 'nobody');
      await assignWithin(client, starter, await caseNamed(client, subject), to, { bulkRunId });
      return null;
    }
    case 'link': {
      if (userId === null) throw new Error(`nobody is named whom ${subject} is to be linked to`);
      // It may be long since the preview: whoever was meant may have left, or be erased.
      if ((await carrier.users.find(userId)).kind !== 'found') {
        throw new SupportError('refused', 'None of our users has the id any more that was chosen.');
      }
      const order = { userId, why: why ?? '' };
      const options = { bulkRunId };
      const linked = await linkWithin(carrier, client, starter, subject, order, options);
      const { workspaceId, result } = linked;
      return result.look_asked ? { subject, workspaceId } : null;
    }
    case 'retry':
      throw new Error('a retry is handed out, not carried out');
    default:
      throw new Error(`a newer version has planned this: ${action satisfies never}`);
  }
};

const writeDown = async (
  client: Client,
  run: Run,
  { position }: Item,
  { state, why }: Became,
): Promise<void> => {
  const { rowCount } = await drizzle(client)
    .update(bulkItems)
    .set({ state, why, changedAt: sql`now()` })
    .where(and(eq(bulkItems.bulkRunId, run.id), eq(bulkItems.position, position), isIn('waiting')));
  if (rowCount !== 0) await putOff(client, run, 1);
};
