import type { ServedWorkspaces } from '../config/served-workspaces.ts';
import { servedIds, workspaceFor } from '../config/workspaces.ts';
import type { Trigger } from '../model/outcome.ts';
import type { Subject } from '../model/subject.ts';
import type { Logger } from '../ops/log.ts';
import type { OnStep } from '../ops/steps.ts';
import type { QueueBackend } from './backend.ts';
import { createEnqueuer, type Enqueuer, type Late } from './enqueue.ts';

/** A subject and the workspace that it is of; null where no event named one. */
export type Owing = Readonly<{ subject: Subject; workspaceId: string | null }>;

/**
 * The queues of all workspaces, so that one that is held holds up none of the others. What is of a workspace
 * that isn't configured has no queue: it stays owed, and the sweep sets it aside.
 */
export type Queues = Readonly<{
  /** The ids of the workspaces that have a queue now; null: there is one queue, for whatever comes. */
  servedIds: readonly string[] | null;
  /** The queue of a workspace; null: it isn't configured. */
  of: (workspaceId: string | null) => Enqueuer | null;
  /** As the enqueuer's. */
  news: (looks: readonly (Owing & Readonly<{ trigger: Trigger; waitMs: number }>)[]) => void;
  /** As the enqueuer's; false also for a workspace that isn't configured. */
  request: (subject: Subject, workspaceId: string | null) => Promise<boolean>;
  /** As the enqueuer's. */
  owed: (overdue: readonly (Owing & Late)[]) => Promise<void>;
  /** How many looks wait in the queue of a workspace; 0 where it has none. @throws when it is out of reach */
  waiting: (workspaceId: string | null) => Promise<number>;
  /** As the enqueuer's. */
  open: () => Promise<void>;
}> &
  AsyncDisposable;

/**
 * Makes an enqueuer for each workspace, also for those that are only served later. None connects before it is used, and
 * each stays until the end: what is in hand for a workspace that is served no more may still ask it.
 */
export const createQueues = (options: {
  backend: QueueBackend;
  served: Pick<ServedWorkspaces, 'now'>;
  log: Logger;
  onStep?: OnStep;
}): Queues => {
  const { served, ...rest } = options;
  const enqueuers = new Map<string | null, Enqueuer>();
  const enqueuerOf = (id: string | null): Enqueuer => {
    const known = enqueuers.get(id);
    if (known !== undefined) return known;
    const made = createEnqueuer({ ...rest, workspaceId: id });
    enqueuers.set(id, made);
    return made;
  };
  const of: Queues['of'] = workspaceId => {
    const workspace = workspaceFor(served.now(), workspaceId);
    return workspace === null ? null : enqueuerOf(workspace.id);
  };

  /** Each queue with its share; what has none is left out. */
  const share = <Item extends { workspaceId: string | null }>(items: readonly Item[]) =>
    [...Map.groupBy(items, ({ workspaceId }) => of(workspaceId))].flatMap(([enqueuer, own]) =>
      enqueuer === null ? [] : [{ enqueuer, own }],
    );

  return {
    get servedIds() {
      return servedIds(served.now());
    },
    of,
    news: looks => {
      for (const { enqueuer, own } of share(looks)) enqueuer.news(own);
    },
    request: async (subject, workspaceId) => (await of(workspaceId)?.request(subject)) ?? false,
    owed: async overdue => {
      await Promise.all(share(overdue).map(({ enqueuer, own }) => enqueuer.owed(own)));
    },
    waiting: async workspaceId => (await of(workspaceId)?.waiting()) ?? 0,
    open: async () => {
      await Promise.all(served.now().map(({ id }) => enqueuerOf(id).open()));
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...enqueuers.values()].map(each => each[Symbol.asyncDispose]()));
    },
  };
};
