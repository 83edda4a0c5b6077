import type pg from 'pg';
import { isFaultOfARow, isWorthAnotherTry } from '../db/errors.ts';
import { type Instruments, NO_INSTRUMENTS } from '../metrics/instruments.ts';
import { describeError, type Logger } from '../ops/log.ts';
import { ignoreSteps, type OnStep } from '../ops/steps.ts';
import { currentSpan, type Span, within } from '../ops/tracing.ts';
import { beginCommit } from './commit-span.ts';
import { type Delivery, type Storing, storeDeliveries } from './deliveries.ts';
import { logStored } from './log-stored.ts';

/** The delivery could not be stored in time; the sender should come again. */
export class InboxUnavailableError extends Error {
  override readonly name = 'InboxUnavailableError';
}

/**
 * Stores verified webhooks by group commit: whatever has come in while the last commit was under way
 * goes into the next one.
 */
export type Inbox = Readonly<{
  /**
   * Resolves once the delivery is committed.
   *
   * @throws InboxUnavailableError when that did not happen within the limit, or too much is waiting
   */
  receive: (delivery: Delivery) => Promise<'stored' | 'seen_before'>;
  /** Resolves when nothing is waiting any more. */
  idle: () => Promise<void>;
}>;

export type InboxLimits = Readonly<{
  /** Most deliveries in one statement. */
  batchSize: number;
  /** Commits under way at a time: the fewer, the more go together. */
  commitsAtOnce: number;
  /** A commit that takes longer than this doesn't keep the next one waiting. */
  slowCommitMs: number;
  /** Most deliveries and bytes that may wait at once; what comes on top is refused at once. */
  maxWaiting: number;
  maxWaitingBytes: number;
  /** Longest that a delivery waits for its commit. */
  timeoutMs: number;
}>;

const DEFAULT_LIMITS: InboxLimits = {
  batchSize: 500,
  commitsAtOnce: 4,
  slowCommitMs: 10,
  maxWaiting: 10_000,
  maxWaitingBytes: 64 * 1024 * 1024,
  // Svix gives up after 15 s; an answer before that is worth more than one that nobody hears.
  timeoutMs: 10_000,
};

type Waiting = Readonly<{
  delivery: Delivery;
  resolve: (result: 'stored' | 'seen_before') => void;
  reject: (error: InboxUnavailableError) => void;
  /** When its sender has waited long enough (performance.now()). */
  deadline: number;
  /** Of the request that brought it. */
  span: Span;
}>;

/** @param onStored is told that something was committed that is still to be counted; it is not waited for */
export const createInbox = (options: {
  pool: pg.Pool;
  log: Logger;
  onStored: () => void;
  onStep?: OnStep;
  limits?: Partial<InboxLimits>;
  instruments?: Pick<Instruments, 'committed'>;
}): Inbox => {
  const { pool, log, onStored, onStep = ignoreSteps, instruments = NO_INSTRUMENTS } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const unanswered = createUnanswered();
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  const committing = new Set<Promise<void>>();
  /** Commits under way that may still be quick: those that the next one waits for. */
  let quick = 0;
  let isScheduled = false;

  const receive: Inbox['receive'] = delivery => {
    const bytes = delivery.body.length;
    if (waiting.length >= limits.maxWaiting || waitingBytes + bytes > limits.maxWaitingBytes) {
      return Promise.reject(new InboxUnavailableError('too many deliveries are waiting'));
    }
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + limits.timeoutMs;
      const entry: Waiting = { delivery, resolve, reject, deadline, span: currentSpan() };
      onStep('received');
      unanswered.add(entry);
      waiting.push(entry);
      waitingBytes += bytes;
      schedule();
    });
  };

  const takeBatch = (): Waiting[] => {
    const taken = waiting.slice(0, limits.batchSize);
    waiting = waiting.slice(limits.batchSize);
    for (const { delivery } of taken) waitingBytes -= delivery.body.length;
    return taken.filter(unanswered.has);
  };

  const beginNext = (): void => {
    if (quick > 0 || committing.size >= limits.commitsAtOnce) return;
    const batch = takeBatch();
    if (batch.length > 0) begin(batch);
  };

  /** Begins a commit at the end of this turn of the event loop: what arrived together goes together. */
  const schedule = (): void => {
    if (isScheduled || waiting.length === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      beginNext();
    });
  };

  const begin = (batch: readonly Waiting[]): void => {
    quick += 1;
    let isQuick = true;
    const isNoLongerQuick = (): void => {
      if (isQuick) quick -= 1;
      isQuick = false;
    };
    const slow = setTimeout(() => {
      isNoLongerQuick();
      schedule();
    }, limits.slowCommitMs);
    const commits = commit(batch, () => {
      isNoLongerQuick();
      beginNext();
    }).finally(() => {
      clearTimeout(slow);
      isNoLongerQuick();
      committing.delete(commits);
      schedule();
    });
    committing.add(commits);
  };

  /** @param onCommitted before anybody is answered: Postgres need not wait for that */
  const commit = async (
    batch: readonly Waiting[],
    onCommitted: () => void,
    again = false,
  ): Promise<void> => {
    if (batch.length === 0) return;
    try {
      onStep('committing');
      const began = performance.now();
      const span = beginCommit(batch);
      const stored = await storeDeliveries(
        pool,
        batch.map(entry => entry.delivery),
      ).finally(() => span.end());
      instruments.committed((performance.now() - began) / 1_000);
      onCommitted();
      within(span, () => answer(batch, stored));
    } catch (error) {
      await refuse(batch, error, onCommitted, again);
    }
  };

  const refuse = async (
    batch: readonly Waiting[],
    error: unknown,
    onCommitted: () => void,
    again: boolean,
  ): Promise<void> => {
    // Whoever was in the way is done by now: once more.
    if (!again && isWorthAnotherTry(error)) {
      return commit(batch.filter(unanswered.has), onCommitted, true);
    }
    // A row that Postgres refuses must not cost its neighbours their place: try them one by one.
    if (batch.length > 1 && isFaultOfARow(error)) {
      for (const entry of batch) await commit([entry].filter(unanswered.has), onCommitted);
      return;
    }
    log.error({ err: error, deliveries: batch.length }, 'deliveries could not be stored');
    const { message } = describeError(error);
    const refusal = new InboxUnavailableError(String(message));
    for (const entry of batch) unanswered.refuse(entry, refusal);
  };

  const answer = (batch: readonly Waiting[], stored: readonly Storing[]): void => {
    onStep('committed');
    const fresh = new Set(stored.filter(({ isNew }) => isNew).map(({ eventId }) => eventId));
    for (const entry of batch) {
      // Deleted as it is told: the same event twice in one batch was stored once.
      const isFresh = fresh.delete(entry.delivery.event.eventId);
      unanswered.answer(entry, isFresh ? 'stored' : 'seen_before');
    }
    onStep('answered');
    onStored();
    logStored(
      log,
      batch.map(({ delivery }) => delivery),
      stored,
    );
  };

  return {
    receive,
    idle: async () => {
      while (waiting.length + committing.size > 0) {
        await Promise.all([...committing, new Promise(resolve => setImmediate(resolve))]);
      }
    },
  };
};

/** Whoever waits for an answer, in the order of their deadlines, with one timer for all. */
const createUnanswered = () => {
  const entries = new Set<Waiting>();
  let timer: NodeJS.Timeout | null = null;
  const refuseLate = (): void => {
    timer = null;
    const now = performance.now();
    for (const entry of entries) {
      if (entry.deadline > now) break;
      entries.delete(entry);
      entry.reject(new InboxUnavailableError('the delivery could not be stored in time'));
    }
    const [first] = entries;
    if (first !== undefined) arm(first.deadline - now);
  };
  const arm = (ms: number): void => {
    timer = setTimeout(refuseLate, Math.max(1, ms));
    // Whoever waits has a connection open; a process that is done need not wait for this.
    timer.unref();
  };
  return {
    add: (entry: Waiting): void => {
      entries.add(entry);
      if (timer === null) arm(entry.deadline - performance.now());
    },
    has: (entry: Waiting): boolean => entries.has(entry),
    answer: (entry: Waiting, result: 'stored' | 'seen_before'): void => {
      if (entries.delete(entry)) entry.resolve(result);
    },
    refuse: (entry: Waiting, error: InboxUnavailableError): void => {
      if (entries.delete(entry)) entry.reject(error);
    },
  };
};
