import type { Config } from '../config/config.ts';
import type { Workspace } from '../config/workspaces.ts';
import type { Check } from '../http/health.ts';
import type { RunningWorker } from '../queue/worker.ts';
import { probeOtherKey } from '../reconcile/holds.ts';
import { createSeams, type SeamOfWorkspace } from '../seam/workspaces.ts';
import type { Context } from './context.ts';

/** The part of the worker side that is one workspace's. */
export type Part = Readonly<{ assertProgress: Check; worker: RunningWorker }> & AsyncDisposable;

/** The parts of all workspaces that are served. */
export type Parts = Readonly<{ now: () => readonly Part[] }> & AsyncDisposable;

/**
 * Starts the part of each workspace, and keeps to those that are served: a new one gets its part, that of one which is
 * served no more ends once it has finished what it has in hand, and that of one whose key has changed ends likewise and
 * begins anew with the other. The others notice nothing.
 *
 * @throws TypeError for a workspace without an API key, at the start
 */
export const startParts = (
  { served, database: { db }, log, instruments }: Context,
  config: Pick<Config, 'seamEndpoint' | 'identity'>,
  start: (seam: SeamOfWorkspace) => Part,
): Parts => {
  const running = new Map<Workspace['id'], Readonly<{ apiKey: Workspace['apiKey']; part: Part }>>();

  const startFor = (workspace: Workspace): void => {
    const { seamEndpoint, identity } = config;
    for (const seam of createSeams({
      ...{ seamEndpoint, identity, workspaces: [workspace] },
      onCall: instruments.seamCall,
    })) {
      running.set(workspace.id, { apiKey: workspace.apiKey, part: start(seam) });
    }
  };
  const end = async (id: Workspace['id']): Promise<void> => {
    const present = running.get(id);
    // None has no key: this one has ended before, and what was to come after it could not begin.
    if (present === undefined || present.apiKey === null) return;
    const { part } = present;
    try {
      await part[Symbol.asyncDispose]();
    } catch (err) {
      log.error({ err }, 'the worker of a workspace did not end as it should');
    }
    running.set(id, { apiKey: null, part });
  };

  const serve = async (workspace: Workspace): Promise<void> => {
    const present = running.get(workspace.id);
    if (present?.apiKey === workspace.apiKey) return;
    if (present !== undefined) {
      // Till the other begins it is still the one that is asked how it does.
      await end(workspace.id);
      if (!served.now().some(({ id }) => id === workspace.id)) {
        running.delete(workspace.id);
        return;
      }
      await probeOtherKey(db, workspace.id).catch((err: unknown) =>
        log.warn({ err }, 'whether Seam takes the other key is asked when its turn comes'),
      );
    }
    startFor(workspace);
  };
  const arrange = async (): Promise<void> => {
    const wanted = served.now();
    // All of them, whatever becomes of one: what is still going on would cross the next change.
    for (const result of await Promise.allSettled(wanted.map(serve))) {
      if (result.status === 'rejected') {
        log.error({ err: result.reason }, 'a changed workspace could not be served');
      }
    }
    const ended = [...running].filter(([id]) => !wanted.some(workspace => workspace.id === id));
    await Promise.all(
      ended.map(async ([id]) => {
        await end(id);
        running.delete(id);
      }),
    );
  };

  for (const workspace of served.now()) startFor(workspace);
  let arranging: Promise<void> = Promise.resolve();
  const listening = served.onChange(() => {
    // One change after the other.
    arranging = arranging
      .then(arrange)
      .catch((err: unknown) => log.error({ err }, 'the changed workspaces could not be served'));
  });
  return {
    now: () => [...running.values()].map(({ part }) => part),
    [Symbol.asyncDispose]: async () => {
      listening[Symbol.dispose]();
      await arranging;
      // Side by side: each may take its time to finish what it has in hand.
      await Promise.all([...running.values()].map(({ part }) => part[Symbol.asyncDispose]()));
    },
  };
};
