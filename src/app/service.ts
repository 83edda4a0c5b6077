import type { Config } from '../config/config.ts';
import type { Instruments } from '../metrics/instruments.ts';
import type { ProcessReport } from '../metrics/processes.ts';
import { Disposables } from '../ops/disposables.ts';
import type { Logger } from '../ops/log.ts';
import { type Loop, pause } from '../ops/loop.ts';
import { type Kind, mainConnections } from './connections.ts';
import { type Context, createContext } from './context.ts';
import { startHeartbeat } from './heartbeat.ts';
import { startWatch } from './watch.ts';
import { startWork, type Work } from './worker.ts';

/**
 * What one process does, part by part: in a process of its own (`serve`, `work`), or in an app's that has us as a library.
 * Disposing of it ends the parts, the last one first.
 */
export type Service = Readonly<{
  context: Context;
  /** The worker side; null until it has begun. */
  worker: () => Work | null;
  /**
   * Begins the worker side: all of it, or nothing.
   *
   * @param beside begins what belongs to it
   * @throws as `startWork`, and as `beside`
   */
  startWork: (beside?: () => Promise<AsyncDisposable>) => Promise<Work>;
  /** Ends the worker side before all the rest: it takes nothing more, and what it has in hand is waited for. */
  endWork: () => Promise<void>;
  /** Takes another part in, to be ended with the others. @throws ReferenceError where they have ended: then this one is, too */
  use: <Part extends AsyncDisposable | undefined>(part: Part) => Part;
  /**
   * What goes with whatever it does: tells that this process runs and as what, and has a part in measuring how the whole
   * is doing and in telling of alerts. Begun once, however often it is asked for; the last that was asked for is told.
   */
  accompany: (kind: ProcessReport['kind']) => void;
  /**
   * For whoever waits no longer: ends what doesn't wait for the worker side, and gives back the connections of the main pool, each
   * as soon as it is free. What asks for one from then on fails.
   */
  abandon: () => void;
}> &
  AsyncDisposable;

/** For what is still to be said to Postgres: that this process runs no more. */
const LAST_WORDS_MS = 1_000;

/**
 * Opens nothing yet that connects.
 *
 * @param options.kind what it may come to do, which says how many connections it may have
 * @param options.hasHooks whether functions of the app are called in it
 * @param options.name shown by Postgres for its connections
 */
export const createService = (
  config: Config & Readonly<{ databaseUrl: string }>,
  options: Readonly<{
    kind: Kind;
    hasHooks?: boolean;
    name: string;
    log: Logger;
    instruments?: Instruments | undefined;
  }>,
): Service => {
  const { log, name, instruments, kind, hasHooks = false } = options;
  const { databaseUrl, redisUrl, workspaces, workerConcurrency: concurrency } = config;
  const stack = new Disposables();
  const load = { workspaces: workspaces.length, concurrency, hasHooks };
  const context = stack.use(
    createContext({
      ...{ databaseUrl, redisUrl, workspaces, log, instruments, name },
      maxConnections: mainConnections(kind, load),
    }),
  );
  let worker: Work | null = null;
  let endWork = async (): Promise<void> => undefined;
  let told: ProcessReport['kind'] | null = null;
  let heartbeat: Loop | null = null;
  return {
    context,
    worker: () => worker,
    startWork: async beside => {
      await using starting = new Disposables();
      const begun = starting.use(await startWork(context, config));
      starting.use(await beside?.());
      // Where all has been closed meanwhile, this throws, and what has just begun is ended here.
      stack.defer(() => endWork());
      const side = starting.move();
      let ended: Promise<void> | null = null;
      endWork = () => {
        worker = null;
        ended ??= side.disposeAsync();
        return ended;
      };
      worker = begun;
      return begun;
    },
    endWork: () => endWork(),
    use: part => {
      try {
        return stack.use(part);
      } catch (error) {
        // It came too late.
        part?.[Symbol.asyncDispose]().then(undefined, (err: unknown) =>
          log.debug({ err }, 'ended'),
        );
        throw error;
      }
    },
    accompany: as => {
      if (told !== null && told !== as) heartbeat?.nudge();
      told = as;
      if (heartbeat !== null) return;
      const { pool } = context.database;
      const health = async () => (await worker?.health()) ?? null;
      const kind = () => told ?? as;
      heartbeat = stack.use(startHeartbeat({ pool, kind, worker: { health }, log }));
      stack.use(startWatch(context, config));
    },
    abandon: () => {
      const giveBack = async (): Promise<void> => {
        await Promise.race([stack.disposeAsync(), pause(LAST_WORDS_MS)]);
        await context.database[Symbol.asyncDispose]();
      };
      giveBack().catch((err: unknown) => log.debug({ err }, 'not all could be given back'));
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
