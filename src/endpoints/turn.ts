import { setTimeout as sleep } from 'node:timers/promises';
import { messageBody } from '../outbox/body.ts';
import type { Answer } from './answer.ts';
import { hurry } from './hurry.ts';
import { LEASE_MS, type Leased, renewLease } from './lease.ts';
import { createOwedReader, type Due } from './owed.ts';
import { createPace } from './pace.ts';
import { ANSWER_WITHIN_MS } from './post.ts';
import { createProgress } from './progress.ts';
import { createRecorder } from './record.ts';
import { sendAsPart } from './send-span.ts';
import type { Send, Sender } from './sender.ts';

/** Of a message that was told before, and is sent again, how long it took says nothing. */
const count = (
  { instruments }: Sender,
  { id, kind }: Leased,
  { changedAt }: Due,
  { status, fault, durationMs }: Answer,
): void => {
  const isReached = status !== null || kind === 'hook';
  const outcome = fault === null ? 'taken' : isReached ? 'refused' : 'unreached';
  instruments?.attempt(id, outcome, durationMs / 1_000);
  if (fault === null && changedAt !== null) {
    instruments?.told((performance.now() - changedAt) / 1_000);
  }
};

/** So many are under way at a time. */
const SIDE_BY_SIDE = 16;
/** Then other endpoints get their turn. */
const TURN_MS = 10_000;
/** While something is under way, what has come since is seen after so long. */
const LOOK_AGAIN_MS = 50;
const RENEW_AFTER_MS = 5_000;
/** What this process has no hook for is left to another one, for so long at least. */
const LEFT_MS = 1_000;
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
  const pace = createPace(endpoint.perSecond);
  const lost = new AbortController();
  const underWay = new Set<Promise<void>>();
  const beganAt = performance.now();
  let leasedAt = askedAt;
  let trouble: Readonly<{ error: unknown }> | null = null;

  const mayBegin = (): boolean =>
    progress.stop() === null &&
    trouble === null &&
    !signal.aborted &&
    performance.now() - beganAt < TURN_MS &&
    performance.now() - leasedAt < LEASE_MS - LEAST_LEASE_MS;

  /** What waits is made due, and read again: nothing may be under way then. */
  let isRecovering = false;
  const hasRoom = (): boolean =>
    !isRecovering && underWay.size < (progress.isInTrouble() ? 1 : SIDE_BY_SIDE);

  const tryOne = async (due: Due): Promise<void> => {
    onStep('sending');
    const tryBeganAt = performance.now();
    const answer = await sendAsPart(due, endpoint, () =>
      send(due.message.messageId, messageBody(due.message), due.timesTaken, lost.signal),
    );
    onStep('sent');
    count(sender, endpoint, due, answer);
    const { sending, standing, hasRecovered } = progress.ended(due, tryBeganAt, answer);
    isRecovering ||= hasRecovered;
    const { position, message: sent, attempts: before } = due;
    const tried = { position, sent, before, beganAt: tryBeganAt };
    progress.noted(await recorder.add({ ...tried, answer, sending }, standing));
    onStep('noted');
    if (sending.state === 'waiting') reader.waits(due, sending.dueInMs);
    else reader.passed(due);
    if (!hasRecovered) return;
    await hurry(pool, endpoint.id, holder, mayBegin);
    reader.reset();
    isRecovering = false;
  };

  const takes = ({ message }: Due): boolean => sender.hooks?.has(message.type) ?? true;

  const begin = (due: Due): void => {
    if (!takes(due)) {
      reader.waits(due, LEFT_MS);
      return;
    }
    pace.went();
    const trying: Promise<void> = tryOne(due)
      .catch(error => {
        trouble ??= { error };
      })
      .finally(() => underWay.delete(trying));
    underWay.add(trying);
  };

  const renew = async (): Promise<void> => {
    const at = performance.now();
    if (at - leasedAt < RENEW_AFTER_MS) return;
    if (await renewLease(pool, endpoint.id, holder)) leasedAt = at;
    else {
      progress.lost();
      lost.abort();
    }
  };

  /** What is under way ends, or is told that the lease is over, which nobody renews any more. */
  const endUnderWay = async (): Promise<void> => {
    const leftMs = leasedAt + LEASE_MS - performance.now();
    const lapse = setTimeout(() => lost.abort(), Math.max(0, leftMs));
    await Promise.all(underWay);
    clearTimeout(lapse);
  };

  /** What is due; or, where nothing is and the endpoint has had its rest, what finds out whether it takes messages again. */
  const nextToTry = async (): Promise<Due | null> => {
    const due = await reader.next();
    if (due !== null || !progress.isInTrouble() || underWay.size > 0) return due;
    return reader.nextInMs() === 0 ? null : reader.beforeTime(progress.failedInTrouble());
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
      // What was passed over is read again once it is clear what has become of what went.
      if (underWay.size > 0 || reader.nextInMs() !== 0) return false;
      reader.reset();
    }
    return mayBegin();
  };

  try {
    // Whoever found that it takes messages again has not come to the end of it.
    if (endpoint.isRecovering) await hurry(pool, endpoint.id, holder, mayBegin);
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
        : (progress.restMs() ?? progress.comesInMs(reader.nextInMs())),
    holdMs: pace.waitMs(),
  };
};
