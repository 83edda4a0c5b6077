import type { JobsOptions } from 'bullmq';
import type { Trigger } from '../model/outcome.ts';
import type { Subject } from '../model/subject.ts';
import type { Logger } from '../ops/log.ts';
import { pause } from '../ops/loop.ts';
import { ignoreSteps, type OnStep } from '../ops/steps.ts';
import type { Look, LookQueue, QueueBackend } from './backend.ts';
import type { Overdue } from './queues.ts';

/** Asks the queue of one workspace for looks. At most one look at a subject runs, and at most one more waits. */
export type Enqueuer = Readonly<{
  /**
   * News of these subjects: look now (or in a moment), also where a look is waiting out a backoff. Returns
   * at once and never fails: what can't be enqueued is found by the sweep.
   */
  news: (looks: readonly News[]) => void;
  /** A person's request: as news. @returns whether the queue has it (else the sweep will) */
  request: (subject: Subject) => Promise<boolean>;
  /**
   * What is owed and overdue: as news, since a look that still waits in the queue waits for a time that
   * is no longer true. Also beside a job that seems to be under way, of what was left in the middle of a run, or
   * hasn't begun for long.
   *
   * @throws when the queue is out of reach
   */
  owed: (overdue: readonly Omit<Overdue, 'workspaceId'>[]) => Promise<void>;
  /** Another look after a while. @throws when the queue is out of reach */
  later: (subject: Subject, delayMs: number) => Promise<void>;
  /** Lets no worker take a job for so long. @throws when the queue is out of reach */
  hold: (ms: number) => Promise<void>;
  /** Ends a hold before its time. @throws when the queue is out of reach */
  release: () => Promise<void>;
  /** How many looks wait for a worker. @throws when the queue is out of reach */
  waiting: () => Promise<number>;
  /** @throws when the queue is out of reach */
  open: () => Promise<void>;
}> &
  AsyncDisposable;

/** A look to be asked for, `waitMs` from now. */
type News = Look & Readonly<{ waitMs: number }>;

/** More than this is left to the sweep: memory stays bounded while the queue is out of reach. */
const MAX_PENDING_NEWS = 50_000;
const BULK_SIZE = 1_000;
const MOST_UNDER_WAY = 5_000;
/** Between two bulks, so that the news of one subject meet in one, and the queue costs little under load. */
const FLUSH_INTERVAL_MS = 50;

export const createEnqueuer = (options: {
  backend: QueueBackend;
  /** Null: the only one, whose id isn't known. */
  workspaceId: string | null;
  log: Logger;
  onStep?: OnStep;
}): Enqueuer => {
  const { backend, workspaceId, log, onStep = ignoreSteps } = options;
  const pendingNews = new Map<Subject, News>();
  const closing = new AbortController();
  let flushing: Promise<void> | null = null;
  let opening: Promise<LookQueue> | null = null;

  const openQueue = (): Promise<LookQueue> => {
    opening ??= open(backend, workspaceId, log).catch((error: unknown) => {
      opening = null; // The next caller tries anew.
      throw error;
    });
    return opening;
  };

  const add = async (looks: readonly News[], job: (subject: Subject) => JobsOptions) => {
    const queue = await openQueue();
    await queue.addBulk(
      looks.map(({ subject, trigger, waitMs }) => ({
        name: 'look' as const,
        data: { subject, trigger },
        opts: waitMs > 0 ? { ...job(subject), delay: waitMs } : job(subject),
      })),
    );
  };

  const flush = async (): Promise<void> => {
    while (pendingNews.size > 0) {
      const looks = [...pendingNews.values()].slice(0, BULK_SIZE);
      for (const { subject } of looks) pendingNews.delete(subject);
      try {
        await add(looks, asNews);
        onStep('enqueued');
      } catch (err) {
        const left = looks.length + pendingNews.size;
        pendingNews.clear();
        log.warn({ err, subjects: left }, 'the queue is out of reach; the sweep will catch up');
      }
      await pause(FLUSH_INTERVAL_MS, closing.signal);
    }
    flushing = null;
  };

  return {
    news: looks => {
      for (const look of looks) {
        if (pendingNews.size < MAX_PENDING_NEWS) pendingNews.set(look.subject, look);
      }
      flushing ??= flush();
    },
    request: async subject => {
      try {
        await add(looksAt([subject], 'person'), asNews);
        return true;
      } catch (err) {
        log.warn({ err, subject }, 'the queue is out of reach; the sweep will catch up');
        return false;
      }
    },
    owed: async overdue => {
      const isLate = overdue.some(({ lateness }) => lateness === 'late');
      const underWay = isLate ? await readUnderWay(await openQueue()) : new Set();
      const isLeft = ({ subject, lateness }: (typeof overdue)[number]): boolean =>
        lateness === 'left' || (lateness === 'late' && underWay.has(subject));
      const left = overdue.filter(isLeft).map(({ subject }) => subject);
      const others = overdue.filter(each => !isLeft(each)).map(({ subject }) => subject);
      if (others.length > 0) await add(looksAt(others, 'sweep'), asNews);
      if (left.length > 0) await add(looksAt(left, 'sweep'), besideOneLeft);
    },
    later: (subject, delayMs) =>
      add(looksAt([subject], 'backoff', delayMs), delayMs > 0 ? asReminder : asNews),
    hold: async ms => void (await (await openQueue()).rateLimit(ms)),
    release: async () => void (await (await openQueue()).removeRateLimitKey()),
    waiting: async () => (await openQueue()).getWaitingCount(),
    open: async () => void (await openQueue()),
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      if (flushing !== null) await flushing;
      if (opening !== null) await (await opening).close();
    },
  };
};

const open = async (
  backend: QueueBackend,
  workspaceId: string | null,
  log: Logger,
): Promise<LookQueue> => {
  await backend.probe();
  const queue = backend.openQueue(workspaceId);
  queue.on('error', err => log.warn({ err }, 'queue connection error'));
  try {
    await queue.waitUntilReady();
    return queue;
  } catch (error) {
    await queue.close();
    throw error;
  }
};

const looksAt = (subjects: readonly Subject[], trigger: Trigger, waitMs = 0): News[] =>
  subjects.map(subject => ({ subject, trigger, waitMs }));

/**
 * Keyed per subject. Added while a look is running, one more follows it. Added while one waits: nothing
 * is added, except that news replaces a look that waits out a delay, and so doesn't wait itself; another
 * look after a while never does.
 */
const asReminder = (subject: Subject): JobsOptions => ({
  deduplication: { id: subject, keepLastIfActive: true },
  removeOnComplete: true,
  removeOnFail: true,
});
const asNews = (subject: Subject): JobsOptions => ({
  ...asReminder(subject),
  deduplication: { id: subject, keepLastIfActive: true, replace: true },
});
/** Whose jobs the queue has as under way: no more than all workers take at a time, and what those left that died. */
const readUnderWay = async (queue: LookQueue): Promise<ReadonlySet<Subject>> => {
  // All jobs of it are looks, which BullMQ's type of both backends can't say; undefined: one that has just ended.
  const jobs = (await queue.getActive(0, MOST_UNDER_WAY - 1)) as ({ data: Look } | undefined)[];
  return new Set(jobs.flatMap(job => (job === undefined ? [] : [job.data.subject])));
};

/**
 * Under a key of its own: the job of whoever died is locked until a time that, in Postgres, that process's clock has
 * set (BullMQ 6.7). Ahead by an hour, it would keep the subject from being looked at for an hour; and so would the one
 * beside it, were that left likewise: each minute has its key. Should several run, the lease in the books lets one
 * of them.
 */
const besideOneLeft = (subject: Subject): JobsOptions => {
  const id = `${subject} left ${Math.floor(Date.now() / 60_000)}`;
  return { ...asNews(subject), deduplication: { id, keepLastIfActive: true, replace: true } };
};
