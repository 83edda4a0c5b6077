import type { JobsOptions } from 'bullmq';
import type { TestBody } from '../endpoints/test-body.ts';
import type { Logger } from '../ops/log.ts';
import { pause } from '../ops/loop.ts';
import { currentTraceparent } from '../ops/tracing.ts';
import type { MessageBody } from '../outbox/body.ts';
import type { JobQueue, QueueBackend } from './backend.ts';

/** Says to which endpoints something is owed. At most one process sends to each, and at most one more job of it waits. */
export type EndpointQueue = Readonly<{
  /**
   * Something is owed to these: send now, also where one waits for a later time. Returns at once and never fails: what
   * can't be enqueued is found by the sweep.
   *
   * @param hookIds those of hooks: where they are in this process they hear of it, and else nobody does
   */
  news: (endpointIds: readonly number[], hookIds?: readonly number[]) => void;
  /** Hears at once, in place of the queue, of what is owed to this endpoint: its hooks are in this process. */
  onNews: (endpointId: number, hear: () => void) => Disposable;
  /** Again after a while. @throws when the queue is out of reach */
  later: (endpointId: number, delayMs: number) => Promise<void>;
  /**
   * Adds a message to a queue of the app's, where it isn't yet: the job's name is the type of the message, its id that
   * of the message, and its data what an endpoint of another kind is sent. BullMQ adds nothing under an id that it
   * still has: so what a person sends again comes as `<message id>-again-<how often>`.
   *
   * @param timesTaken how often this queue has taken it, as we have noted it
   * @throws when the queue is out of reach
   */
  addToQueue: (queue: string, message: MessageBody | TestBody, timesTaken: number) => Promise<void>;
  /** @throws when the queue is out of reach */
  open: () => Promise<void>;
}> &
  AsyncDisposable;

/** Between two bulks: what is told of one endpoint meanwhile meets in one job. */
const FLUSH_INTERVAL_MS = 10;

/**
 * Of jobs in the app's queue. One that is done stays for a while, so that a message that is added again (we were killed
 * before we could note it) isn't done twice. What fails is tried again; once it has failed for good it stays with the app
 * for a month, so that an app that never looks doesn't fill the backend. It can be sent again from here.
 */
const OF_THE_APP = {
  removeOnComplete: { age: 24 * 3_600, count: 10_000 },
  removeOnFail: { age: 30 * 24 * 3_600 },
  attempts: 8,
  backoff: { type: 'exponential', delay: 5_000 },
} as const satisfies JobsOptions;

/** Nothing connects before it is used. */
export const createEndpointQueue = (options: {
  backend: Pick<QueueBackend, 'probe' | 'openEndpointQueue' | 'openAppsQueue'>;
  log: Logger;
}): EndpointQueue => {
  const { backend, log } = options;
  const pending = new Set<number>();
  const hearers = new Map<number, () => void>();
  const closing = new AbortController();
  const apps = new Map<string, Opened<JobQueue<string, object>>>();
  let flushing: Promise<void> | null = null;

  const own = openOnce(backend, backend.openEndpointQueue, log);
  const add = async (endpointIds: readonly number[], opts: (id: number) => JobsOptions) => {
    const queue = await own.get();
    await queue.addBulk(
      endpointIds.map(endpointId => ({
        name: 'send',
        data: { endpointId },
        opts: opts(endpointId),
      })),
    );
  };

  const flush = async (): Promise<void> => {
    while (pending.size > 0) {
      const endpointIds = [...pending];
      pending.clear();
      try {
        await add(endpointIds, asNews);
      } catch (err) {
        log.warn(
          { err, endpoints: endpointIds },
          'the queue is out of reach; the sweep will catch up',
        );
      }
      await pause(FLUSH_INTERVAL_MS, closing.signal);
    }
    flushing = null;
  };

  const appsQueue = (name: string): Opened<JobQueue<string, object>> => {
    const known = apps.get(name);
    if (known !== undefined) return known;
    const made = openOnce(backend, () => backend.openAppsQueue(name), log);
    apps.set(name, made);
    return made;
  };

  return {
    onNews: (endpointId, hear) => {
      hearers.set(endpointId, hear);
      return {
        [Symbol.dispose]: () => {
          if (hearers.get(endpointId) === hear) hearers.delete(endpointId);
        },
      };
    },
    news: (endpointIds, hookIds = []) => {
      for (const id of hookIds) hearers.get(id)?.();
      for (const id of endpointIds) {
        const hear = hearers.get(id);
        if (hear === undefined) pending.add(id);
        else hear();
      }
      if (pending.size > 0) flushing ??= flush();
    },
    later: (endpointId, delayMs) =>
      delayMs > 0
        ? add([endpointId], id => ({ ...asReminder(id), delay: delayMs }))
        : add([endpointId], asNews),
    addToQueue: async (name, message, timesTaken) => {
      const queue = await appsQueue(name).get();
      const { message_id: id } = message.data;
      const jobId = timesTaken === 0 ? id : `${id}-again-${timesTaken}`;
      const opts = { ...OF_THE_APP, jobId, ...ofTrace() };
      await queue.addBulk([{ name: message.type, data: message, opts }]);
    },
    open: async () => void (await own.get()),
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      if (flushing !== null) await flushing;
      await Promise.all([own, ...apps.values()].map(each => each.close()));
    },
  };
};

/** Where BullMQ itself keeps it, and its instrumentations look for it (https://docs.bullmq.io/guide/telemetry). */
const ofTrace = (): Pick<JobsOptions, 'telemetry'> => {
  const traceparent = currentTraceparent();
  return traceparent === null ? {} : { telemetry: { metadata: JSON.stringify({ traceparent }) } };
};

type Opened<Opening> = Readonly<{ get: () => Promise<Opening>; close: () => Promise<void> }>;

/** Opens a queue when it is first asked for; where that fails, the next who asks tries anew. */
const openOnce = <Data, Name extends string>(
  backend: Pick<QueueBackend, 'probe'>,
  open: () => JobQueue<Name, Data>,
  log: Logger,
): Opened<JobQueue<Name, Data>> => {
  let opening: Promise<JobQueue<Name, Data>> | null = null;
  const openNow = async (): Promise<JobQueue<Name, Data>> => {
    await backend.probe();
    const queue = open();
    queue.on('error', err => log.warn({ err }, 'queue connection error'));
    try {
      await queue.waitUntilReady();
      return queue;
    } catch (error) {
      await queue.close();
      throw error;
    }
  };
  return {
    get: () => {
      opening ??= openNow().catch((error: unknown) => {
        opening = null;
        throw error;
      });
      return opening;
    },
    close: async () => {
      if (opening !== null) await (await opening).close();
    },
  };
};

/** As looks: added while one runs, one more follows it; news takes the place of one that waits for its time. */
const asReminder = (endpointId: number): JobsOptions => ({
  deduplication: { id: String(endpointId), keepLastIfActive: true },
  removeOnComplete: true,
  removeOnFail: true,
});
const asNews = (endpointId: number): JobsOptions => ({
  ...asReminder(endpointId),
  deduplication: { id: String(endpointId), keepLastIfActive: true, replace: true },
});
