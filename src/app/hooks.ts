import { setTimeout as sleep } from 'node:timers/promises';
import type { Workspace } from '../config/workspaces.ts';
import { createForgetting, KEPT_MS } from '../endpoints/forgetting.ts';
import { findHookEndpoint, sayHooks, stillHasHooks } from '../endpoints/hook-sets.ts';
import { callHooks, HooksError, typesOfHooks } from '../endpoints/hooks.ts';
import { isOverdue } from '../endpoints/overdue.ts';
import { sendOwed } from '../endpoints/send-owed.ts';
import type { Sender } from '../endpoints/sender.ts';
import type { Hooks } from '../model/hooks.ts';
import { nameFault } from '../operators/operators.ts';
import { startLoop } from '../ops/loop.ts';
import type { Context } from './context.ts';

/** How long a hook may take. Its endpoint's lease is renewed meanwhile. */
const LIMIT_MS = 60_000;
/** When the process stops, a hook that is under way goes on for so long until its signal fires, */
const GRACE_MS = 10_000;
/** and is waited for so long in all. */
const STOP_LIMIT_MS = 20_000;
/** How often is looked for what others have arranged, or is due by now. */
const POLL_MS = 1_000;
/** Where the last turn left something for at once. */
const AT_ONCE_MS = 20;
const SAY_EVERY_MS = 15_000;
/** Where not all is taken back yet that nobody has hooks for. */
const GO_ON_MS = 1_000;
/** How often a process without hooks looks whether others have them. */
const FORGET_EVERY_MS = 60_000;

const USUAL = {
  limitMs: LIMIT_MS,
  graceMs: GRACE_MS,
  stopLimitMs: STOP_LIMIT_MS,
  sayEveryMs: SAY_EVERY_MS,
  forgetEveryMs: FORGET_EVERY_MS,
  keptMs: KEPT_MS,
};

/** Other times than a process has: for tests. */
export type HookTimes = Readonly<Partial<typeof USUAL>>;

/**
 * Calls functions of the app, in this process, with what the events say: at least once each, in order per connection, and
 * tried again where one fails. They are an endpoint of the kind `hook`, made by its name where it isn't there. Any number
 * of processes may have the same hooks: each message goes to one of them. Without any, what is owed to those that there were is
 * forgotten once this process has seen for ten minutes that none has them.
 *
 * They hear of the workspaces that are configured, where all of these have ids; else of all in the database.
 *
 * @param options.name of the endpoint
 * @returns when it is told of all that takes place from then on; disposing waits for what is under way
 * @throws HooksError for a name or hooks that can't be, and where an endpoint of another kind has the name; whatever
 *   Postgres throws
 */
export const startHooks = async (
  { database: { pool }, endpointQueue, served, log, onStep, instruments }: Context,
  { name, hooks }: Readonly<{ name: string; hooks: Hooks }>,
  times: HookTimes = {},
): Promise<AsyncDisposable> => {
  const { limitMs, graceMs, stopLimitMs, sayEveryMs, forgetEveryMs, keptMs } = {
    ...USUAL,
    ...times,
  };
  const types = typesOfHooks(hooks);
  const fault = name === name.trim() ? nameFault(name) : 'A name begins and ends with no blank.';
  if (fault !== null) throw new HooksError(`The name of the hooks can't be "${name}": ${fault}`);
  const forgetting = createForgetting(pool, { keptMs });
  const forget = async (id: number, signal: AbortSignal): Promise<boolean> => {
    const { dropped, isMore } = await forgetting.look(id, signal);
    if (dropped > 0) log.warn({ endpoint: name, dropped }, NOT_OWED);
    return isMore;
  };
  const seeing =
    (turn: (signal: AbortSignal) => Promise<void>) =>
    async (signal: AbortSignal): Promise<void> => {
      try {
        await turn(signal);
      } catch (error) {
        forgetting.lost();
        throw error;
      }
    };
  if (types.length === 0) {
    let isMore = false;
    return startLoop({
      name: 'forgetting hooks that no process has any more',
      intervalMs: () => (isMore ? GO_ON_MS : forgetEveryMs),
      log,
      turn: seeing(async signal => {
        isMore = false;
        const id = await findHookEndpoint(pool, name);
        isMore = id !== null && (await forget(id, signal));
      }),
    });
  }

  const ending = new AbortController();
  const sender: Sender = {
    ...{ pool, log, onStep, instruments },
    secretsKeys: [],
    privateNetworks: [],
    addToQueue: () => Promise.reject(new Error('hooks add nothing to a queue')),
    random: Math.random,
    hooks: callHooks(hooks, { log, ending: ending.signal, limitMs }),
  };

  const say = async (): Promise<number> => {
    const said = await sayHooks(pool, name, { types, workspaces: idsOf(served.now()) });
    if (said.isNew) log.info({ endpoint: name, types }, 'hooks have an endpoint from now on');
    return said.id;
  };

  let id = await say();
  let waitMs = POLL_MS;
  const calling = startLoop({
    name: 'calling hooks',
    intervalMs: () => waitMs,
    log,
    turn: async signal => {
      waitMs = POLL_MS;
      if (!(await isOverdue(pool, id))) return;
      const { nextInMs } = await sendOwed(sender, id, signal);
      if (nextInMs !== null) waitMs = Math.min(Math.max(nextInMs, AT_ONCE_MS), POLL_MS);
    },
  });
  let hearing = endpointQueue.onNews(id, calling.nudge);
  let isMoreToForget = false;
  const saying = startLoop({
    name: 'saying which hooks there are',
    intervalMs: () => (isMoreToForget ? GO_ON_MS : sayEveryMs),
    log,
    turn: seeing(async signal => {
      isMoreToForget = false;
      if (!(await stillHasHooks(pool, id, types))) {
        id = await say();
        hearing[Symbol.dispose]();
        hearing = endpointQueue.onNews(id, calling.nudge);
      }
      isMoreToForget = await forget(id, signal);
    }),
  });
  log.info({ endpoint: name, types }, 'hooks ready');

  return {
    [Symbol.asyncDispose]: async () => {
      // At once: whatever else there is to end, no further hook is called.
      const called = calling[Symbol.asyncDispose]().then(() => true);
      const hurrying = setTimeout(() => ending.abort(), graceMs);
      await saying[Symbol.asyncDispose]();
      hearing[Symbol.dispose]();
      const hasEnded = await Promise.race([called, sleep(stopLimitMs, false, { ref: false })]);
      clearTimeout(hurrying);
      if (!hasEnded) {
        log.warn(
          { endpoint: name },
          'a hook has not ended: it is waited for no longer, and its message stays owed',
        );
      }
    },
  };
};

const NOT_OWED = 'messages that waited are not owed any more: no process has a hook for them';

/** Null: of one of them, or of all, nobody has said it. */
const idsOf = (workspaces: readonly Pick<Workspace, 'id'>[]): readonly string[] | null => {
  const ids = workspaces.flatMap(({ id }) => (id === null ? [] : [id]));
  return ids.length === 0 || ids.length < workspaces.length ? null : ids.toSorted();
};
