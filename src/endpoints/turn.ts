import { setTimeout as sleep } from 'node:timers/promises';
import { messageBody } from '../outbox/body.ts';
import { countTry } from './count-try.ts';
import { LEASE_MS, type Leased, renewLease } from './lease.ts';
import { createOwedReader, type Due } from './owed.ts';
import { createPace } from './pace.ts';
import { ANSWER_WITHIN_MS } from './post.ts';
import { createProgress } from './progress.ts';
import { createRecorder } from './record.ts';
import { createRecovery, endRecovery } from './recovery.ts';
import { sendAsPart } from './send-span.ts';
import type { Send, Sender } from './sender.ts';

/** So many are under way at a time. */
const SIDE_BY_SIDE = 16;
/** Then other endpoints get their turn, once what went until then has ended. */
const TURN_MS = 10_000;
/** While something is under way, what has come since is seen after so long. */
const LOOK_AGAIN_MS = 50;
const RENEW_AFTER_MS = 5_000;
/** What this process has no hook for is left to another one, for so long at least. */
const LEFT_MS = 1_000;
/** In trouble, so many are read that it may have no hook for: then others get their turn. */
const MOST_PROBES = 32;
/** A try that begins is over and noted before the lease is: it may take as long as an answer, and some time to be noted. */
const LEAST_LEASE_MS = ANSWER_WITHIN_MS + 5_000;

type Turn = Readonly<{
  sender: Sender;
  endpoint: Leased;
  holder: string;
  /** When the lease was asked for, by `performance.now()`. */
  askedAt: number;
  send: Send;
  signal: AbortSignal;
}>;

/**
 * One turn at an endpoint that this process has the lease of.
 *
 * @returns when to come again, as `sendOwed`; and for how long its pace asks that nobody sends
 * @throws whatever Postgres throws, once all that was under way has ended
 */
export const sendInTurn = async ({
  sender,
  endpoint,
  holder,
  askedAt,
  send,
  signal,
}: Turn): Promise<Readonly<{ nextInMs: number | null; holdMs: number }>> => {
  const { pool, onStep } = sender;
  const reader = createOwedReader(pool, {
    endpointId: endpoint.id,
    holder,
    lookAgainMs: LOOK_AGAIN_MS,
    isTimed: sender.instruments?.isOn === true,
  });
  const recorder = createRecorder(pool, endpoint.id, holder);
  const progress = createProgress(endpoint, sender);
  const isOfHooks = endpoint.kind === 'hook';
  let perSecond = endpoint.perSecond;
  let pace = createPace(perSecond);
  const lost = new AbortController();
  const underWay = new Set<Promise<void>>();
  /** Connections of which one is under way. */
  const inHand = new Set<string>();
  const beganAt = performance.now();
  let leasedAt = askedAt;
  let trouble: Readonly<{ error: unknown }> | null = null;

  let underWayInTime = 0;
  let hasLeft = false;
  let probes = 0;
  const isInTime = (): boolean => performance.now() - beganAt < TURN_MS;
  /**
   * Beside what takes long the others go on: the turn lasts as long as that anyway. A hook may take a minute, and only who
   * has left something to another process has to let it have its turn.
   */
  const hasTime = (): boolean =>
    isInTime() || (isOfHooks && !hasLeft ? underWay.size : underWayInTime) > 0;
  const mayBegin = (): boolean =>
    progress.stop() === null &&
    trouble === null &&
    !signal.aborted &&
    hasTime() &&
    performance.now() - leasedAt < LEASE_MS - LEAST_LEASE_MS;

  const hasRoom = (): boolean => underWay.size < (progress.isInTrouble() ? 1 : SIDE_BY_SIDE);

  const recovery = createRecovery(endpoint.isRecovering && !progress.isInTrouble());
  let readFrom = beganAt;
  let isToReadAgain = false;
  let hasTriedSince = false;
  const readAgain = (): void => {
    readFrom = performance.now();
    isToReadAgain = false;
    hasTriedSince = false;
    reader.reset(inHand, recovery.isOn());
  };

  const tryOne = async (due: Due): Promise<void> => {
    onStep('sending');
    const tryBeganAt = performance.now();
    const answer = await sendAsPart(due, endpoint, () =>
      send(due.message.messageId, messageBody(due.message), due.timesTaken, lost.signal),
    );
    onStep('sent');
    // As if it had not been tried: what this process was doing as it ended says nothing of the hook.
    if (isOfHooks && answer.fault !== null && signal.aborted) return;
    countTry(sender, endpoint, due, answer);
    const { sending, standing, hasRecovered } = progress.ended(due, tryBeganAt, answer);
    const { position, message: sent, attempts: before } = due;
    const tried = { position, sent, before, beganAt: tryBeganAt };
    progress.noted(await recorder.add({ ...tried, answer, sending }, standing));
    onStep('noted');
    inHand.delete(due.about);
    if (sending.state === 'waiting') reader.waits(due, sending.dueInMs);
    else reader.passed(due);
    recovery.tried(due, answer.fault === null);
    if (hasRecovered) recovery.begin();
    isToReadAgain ||= hasRecovered;
  };

  const takes = ({ message }: Due): boolean => sender.hooks?.has(message.type) ?? true;

  const begin = (due: Due): void => {
    if (!takes(due)) {
      hasLeft = true;
      recovery.over(due);
      reader.waits(due, LEFT_MS);
      return;
    }
    hasTriedSince = true;
    pace.went();
    inHand.add(due.about);
    const ofTime = isInTime() ? 1 : 0;
    underWayInTime += ofTime;
    const trying: Promise<void> = tryOne(due)
      .catch(error => {
        trouble ??= { error };
      })
      .finally(() => {
        underWayInTime -= ofTime;
        underWay.delete(trying);
        recovery.over(due);
      });
    underWay.add(trying);
  };

  const renew = async (): Promise<void> => {
    const at = performance.now();
    if (at - leasedAt < RENEW_AFTER_MS) return;
    const present = await renewLease(pool, endpoint.id, holder);
    if (present === null) {
      progress.lost();
      lost.abort();
      return;
    }
    leasedAt = at;
    if (present === perSecond) return;
    perSecond = present;
    pace = createPace(present);
  };

  /** What is under way ends, or is told that the lease is over, which nobody renews any more. */
  const endUnderWay = async (): Promise<void> => {
    const leftMs = leasedAt + LEASE_MS - performance.now();
    const lapse = setTimeout(() => lost.abort(), Math.max(0, leftMs));
    await Promise.all(underWay);
    clearTimeout(lapse);
  };

  /** Whatever waits: what finds out whether an endpoint that has had its rest takes messages again. */
  const nextProbe = async (): Promise<Due | null> => {
    if (underWay.size > 0 || probes >= MOST_PROBES) return null;
    // After one that it has no hook for, any other: else each turn came to the same ones.
    const number = probes === 0 ? progress.failedInTrouble() : Math.floor(sender.random() * 1e9);
    const probe = await reader.beforeTime(number);
    if (probe !== null) probes++;
    return probe;
  };

  const nextEarly = async (): Promise<Due | null> =>
    recovery.mayBegin() ? recovery.began(await reader.early()) : null;

  /** What is due; or, where nothing is, what goes before its time. */
  const nextToTry = async (): Promise<Due | null> => {
    // In a long turn, as the next one would.
    if (isToReadAgain || performance.now() - readFrom >= TURN_MS) readAgain();
    const due = await reader.next();
    if (due !== null) return due;
    return progress.isInTrouble() ? await nextProbe() : await nextEarly();
  };

  /** At the end of what can be sent now: whether to read from the beginning. */
  const isToGoOn = async (): Promise<boolean> => {
    // What was passed over is read again once it is clear what has become of what went.
    if (underWay.size > 0) return false;
    if (reader.nextInMs() === 0) return true;
    if (!recovery.isOn()) return false;
    if (reader.hasEarly()) return hasTriedSince;
    await endRecovery(pool, endpoint.id, holder);
    recovery.end();
    return false;
  };

  /** @returns whether there may be more to do at once */
  const beginWhatCan = async (): Promise<boolean> => {
    while (mayBegin() && hasRoom() && pace.waitMs() === 0) {
      const due = await nextToTry();
      // Postgres may have taken its time, or this process was frozen: by now the lease may be another's.
      if (due !== null && !mayBegin()) {
        reader.waits(due, null);
        break;
      }
      if (due !== null) {
        begin(due);
        continue;
      }
      if (!(await isToGoOn())) return false;
      readAgain();
    }
    return mayBegin();
  };

  try {
    if (recovery.isOn()) readAgain();
    while (underWay.size > 0 || mayBegin()) {
      await renew();
      const isMore = await beginWhatCan();
      if (!isMore && underWay.size === 0) break;
      const waitMs = isMore && hasRoom() ? Math.min(pace.waitMs(), LOOK_AGAIN_MS) : LOOK_AGAIN_MS;
      await Promise.race([...underWay, sleep(waitMs)]);
    }
  } catch (error) {
    trouble ??= { error };
  }
  await endUnderWay();
  if (trouble !== null) throw (trouble as Readonly<{ error: unknown }>).error;
  return {
    nextInMs:
      progress.stop() === 'disabled'
        ? null
        : (progress.restMs() ?? recovery.comesInMs(progress.comesInMs(reader.nextInMs()))),
    holdMs: pace.waitMs(),
  };
};
