import type pg from 'pg';
import { isFaultOfARow, isWorthAnotherTry } from '../db/errors.ts';
import { parseSubject, type Subject } from '../model/subject.ts';
import { describeError, type Logger } from '../ops/log.ts';
import { ignoreSteps, type OnStep } from '../ops/steps.ts';
import { type Delivery, type Stored, storeDeliveries } from './deliveries.ts';

/** A subject that something new was stored of, its workspace, and how long its look has to wait. */
export type News = Readonly<{ subject: Subject; workspaceId: string | null; waitMs: number }>;

/** What is to be looked at of what was stored: each subject once, and none that names nothing to look at. */
export const newsOf = (stored: readonly Stored[]): News[] => {
  const news = new Map(stored.map(({ eventId: _, ...look }) => [look.subject, look]));
  return [...news.values()].filter(({ subject }) => parseSubject(subject).kind !== 'delivery');
};

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
  abandoned: boolean;
};

/**
 * @param onStored is told of every committed batch, after its commit; what it does is not waited for
 */
export const createInbox = (options: {
  pool: pg.Pool;
  log: Logger;
  onStored: (news: readonly News[]) => void;
  onStep?: OnStep;
  limits?: Partial<InboxLimits>;
}): Inbox => {
  const { pool, log, onStored, onStep = ignoreSteps } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
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
      const timer = setTimeout(() => {
        entry.abandoned = true;
        entry.settle(new InboxUnavailableError('the delivery could not be stored in time'));
      }, limits.timeoutMs);
      const entry: Waiting = {
        delivery,
        abandoned: false,
        settle: result => {
          clearTimeout(timer);
          if (result instanceof Error) reject(result);
          else resolve(result);
        },
      };
      onStep('received');
      waiting.push(entry);
      waitingBytes += bytes;
      schedule();
    });
  };

  const takeBatch = (): Waiting[] => {
    const taken = waiting.slice(0, limits.batchSize);
    waiting = waiting.slice(limits.batchSize);
    for (const { delivery } of taken) waitingBytes -= delivery.body.length;
    return taken.filter(entry => !entry.abandoned);
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
    if (!again && isWorthAnotherTry(error)) {
      return commit(
        batch.filter(entry => !entry.abandoned),
        true,
      );
    }
    // A row that Postgres refuses must not cost its neighbours their place: try them one by one.
    if (batch.length > 1 && isFaultOfARow(error)) {
      for (const entry of batch) await commit(entry.abandoned ? [] : [entry]);
      return;
    }
    log.error({ err: error, deliveries: batch.length }, 'deliveries could not be stored');
    const { message } = describeError(error);
    for (const { settle } of batch) settle(new InboxUnavailableError(String(message)));
  };

  const answer = (batch: readonly Waiting[], stored: readonly Stored[]): void => {
    onStep('committed');
    const fresh = new Map(stored.map(({ eventId, subject }) => [eventId, subject]));
    for (const { delivery, settle } of batch) {
      const { eventId, eventType, subject } = delivery.event;
      // Deleted as it is told: the same event twice in one batch was stored once.
      const isNew = fresh.delete(eventId);
      settle(isNew ? 'stored' : 'seen_before');
      log.info(
        {
          event_id: eventId,
          event_type: eventType,
          subject,
          svix_id: delivery.headers?.['svix-id'],
        },
        isNew ? 'delivery stored' : 'delivery seen before',
      );
    }
    onStep('answered');
    const toLookAt = newsOf(stored);
    if (toLookAt.length > 0) onStored(toLookAt);
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
