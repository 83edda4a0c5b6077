import type pg from 'pg';
import { isFaultOfARow, isWorthAnotherTry } from '../db/errors.ts';
import { describeError, type Logger } from '../ops/log.ts';
import { ignoreSteps, type OnStep } from '../ops/steps.ts';
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
  /** Commits under way at a time: while one waits for the disk, the next batch is on its way. */
  commitsAtOnce: number;
  /** Most deliveries and bytes that may wait at once; what comes on top is refused at once. */
  maxWaiting: number;
  maxWaitingBytes: number;
  /** Longest that a delivery waits for its commit. */
  timeoutMs: number;
}>;

const DEFAULT_LIMITS: InboxLimits = {
  batchSize: 500,
  commitsAtOnce: 2,
  maxWaiting: 10_000,
  maxWaitingBytes: 64 * 1024 * 1024,
  // Svix gives up after 15 s; an answer before that is worth more than one that nobody hears.
  timeoutMs: 10_000,
};

type Waiting = {
  readonly delivery: Delivery;
  readonly settle: (result: 'stored' | 'seen_before' | Error) => void;
  /** When its sender has waited long enough (performance.now()). */
  readonly deadline: number;
  isSettled: boolean;
};

/** @param onStored is told that something was committed that is still to be counted; it is not waited for */
export const createInbox = (options: {
  pool: pg.Pool;
  log: Logger;
  onStored: () => void;
  onStep?: OnStep;
  limits?: Partial<InboxLimits>;
}): Inbox => {
  const { pool, log, onStored, onStep = ignoreSteps } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const deadlines = createDeadlines();
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  const committing = new Set<Promise<void>>();
  let isScheduled = false;

  const receive: Inbox['receive'] = delivery => {
    const bytes = delivery.body.length;
    if (waiting.length >= limits.maxWaiting || waitingBytes + bytes > limits.maxWaitingBytes) {
      return Promise.reject(new InboxUnavailableError('too many deliveries are waiting'));
    }
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        delivery,
        deadline: performance.now() + limits.timeoutMs,
        isSettled: false,
        settle: result => {
          if (entry.isSettled) return;
          entry.isSettled = true;
          if (result instanceof Error) reject(result);
          else resolve(result);
        },
      };
      onStep('received');
      deadlines.watch(entry);
      waiting.push(entry);
      waitingBytes += bytes;
      schedule();
    });
  };

  const takeBatch = (): Waiting[] => {
    const taken = waiting.slice(0, limits.batchSize);
    waiting = waiting.slice(limits.batchSize);
    for (const { delivery } of taken) waitingBytes -= delivery.body.length;
    return unsettled(taken);
  };

  /** Begins commits at the end of this turn of the event loop: what arrived together goes together. */
  const schedule = (): void => {
    if (isScheduled || committing.size >= limits.commitsAtOnce) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      const commits = commit(takeBatch()).finally(() => {
        committing.delete(commits);
        if (waiting.length > 0) schedule();
      });
      committing.add(commits);
    });
  };

  const commit = async (batch: readonly Waiting[], again = false): Promise<void> => {
    if (batch.length === 0) return;
    try {
      onStep('committing');
      answer(
        batch,
        await storeDeliveries(
          pool,
          batch.map(entry => entry.delivery),
        ),
      );
    } catch (error) {
      await refuse(batch, error, again);
    }
  };

  const refuse = async (
    batch: readonly Waiting[],
    error: unknown,
    again: boolean,
  ): Promise<void> => {
    // Whoever was in the way is done by now: once more.
    if (!again && isWorthAnotherTry(error)) return commit(unsettled(batch), true);
    // A row that Postgres refuses must not cost its neighbours their place: try them one by one.
    if (batch.length > 1 && isFaultOfARow(error)) {
      for (const entry of batch) await commit(unsettled([entry]));
      return;
    }
    log.error({ err: error, deliveries: batch.length }, 'deliveries could not be stored');
    const { message } = describeError(error);
    for (const { settle } of batch) settle(new InboxUnavailableError(String(message)));
  };

  const answer = (batch: readonly Waiting[], stored: readonly Storing[]): void => {
    onStep('committed');
    const fresh = new Set(stored.filter(({ isNew }) => isNew).map(({ eventId }) => eventId));
    for (const { delivery, settle } of batch) {
      // Deleted as it is told: the same event twice in one batch was stored once.
      settle(fresh.delete(delivery.event.eventId) ? 'stored' : 'seen_before');
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

const unsettled = (entries: readonly Waiting[]): Waiting[] =>
  entries.filter(entry => !entry.isSettled);

/** Answers whoever has waited too long, with one timer for all: they come in the order of their deadlines. */
const createDeadlines = () => {
  let watched: Waiting[] = [];
  let timer: NodeJS.Timeout | null = null;
  const look = (): void => {
    timer = null;
    const now = performance.now();
    const late = watched.filter(({ isSettled, deadline }) => !isSettled && deadline <= now);
    for (const { settle } of late) {
      settle(new InboxUnavailableError('the delivery could not be stored in time'));
    }
    watched = unsettled(watched);
    arm();
  };
  const arm = (): void => {
    const [first] = watched;
    if (timer !== null || first === undefined) return;
    timer = setTimeout(look, Math.max(1, first.deadline - performance.now()));
    // Whoever waits has a connection open; a process that is done need not wait for this.
    timer.unref();
  };
  return {
    watch: (entry: Waiting): void => {
      // What is settled is dropped now and then: the list is never much longer than what waits.
      if (watched.length >= 1_000 && watched[0]?.isSettled === true) watched = unsettled(watched);
      watched.push(entry);
      arm();
    },
  };
};
