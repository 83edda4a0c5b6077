import type pg from 'pg';
import type { Logger } from '../ops/log.ts';
import { pause, startLoop } from '../ops/loop.ts';
import { ignoreSteps, type OnStep } from '../ops/steps.ts';
import { arrange } from './arrange.ts';

/** Gives what was committed its place among the messages, off the way of whoever committed it. */
export type Arranging = Readonly<{
  /** Something may have been told of: arrange it now. Returns at once and never fails. */
  nudge: () => void;
}> &
  AsyncDisposable;

/** How often it looks for what others committed and did not come to arrange. */
const POLL_MS = 1_000;
/** Under load it rests for so many times as long as it worked: so one statement arranges what many runs have told. */
const REST = 3;
const LONGEST_REST_MS = 100;
/** How long a process that stops goes on arranging. */
const LAST_ROUND_MS = 3_000;

type Options = Readonly<{
  pool: pg.Pool;
  log: Logger;
  /**
   * Is told, after the commit, to which endpoints something is owed by it, and to which of hooks. What it does is not
   * waited for.
   */
  onArranged: (endpoints: readonly number[], hooks: readonly number[]) => void;
  onStep?: OnStep;
}>;

/**
 * Arranges what is committed, whichever process did so: at once where it is nudged, and once a second what was left by
 * a process that is gone, or by somebody at a prompt. Any number of processes may do so.
 */
export const startArranging = (options: Options): Arranging => {
  const { log } = options;
  const loop = startLoop({
    name: 'arranging messages',
    intervalMs: POLL_MS,
    log,
    turn: async signal => {
      const began = performance.now();
      await arrangePages(options, signal);
      await pause(Math.min((performance.now() - began) * REST, LONGEST_REST_MS), signal);
    },
  });
  return {
    nudge: loop.nudge,
    [Symbol.asyncDispose]: async () => {
      await loop[Symbol.asyncDispose]();
      // What was told of while the last turn was under way; should it fail, another process arranges it.
      try {
        await arrangePages(options, AbortSignal.timeout(LAST_ROUND_MS));
      } catch (err) {
        log.warn({ err }, 'what the app is to be told is left to be arranged by another process');
      }
    },
  };
};

/**
 * Arranges all that is committed by now, so that whoever reads the feed next finds it there.
 *
 * @returns to which endpoints something is owed by it
 * @throws whatever Postgres throws
 */
export const arrangeAll = async (pool: pg.Pool): Promise<readonly number[]> => {
  const endpoints = new Set<number>();
  const onArranged: Options['onArranged'] = (...ids) => {
    for (const id of ids.flat()) endpoints.add(id);
  };
  await arrangePages({ pool, onArranged }, new AbortController().signal);
  return [...endpoints];
};

/** Page by page, for as long as one was full. */
const arrangePages = async (
  { pool, log, onArranged, onStep = ignoreSteps }: Omit<Options, 'log'> & { log?: Logger },
  signal: AbortSignal,
): Promise<void> => {
  let isCut = true;
  while (isCut && !signal.aborted) {
    const page = await arrange(pool);
    const { endpoints, hooks } = page;
    if (page.number > 0) {
      onStep('arranged');
      log?.debug({ messages: page.number, endpoints, hooks }, 'messages arranged');
    }
    if (endpoints.length + hooks.length > 0) onArranged(endpoints, hooks);
    ({ isCut } = page);
  }
};
