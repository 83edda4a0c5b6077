import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './log.ts';

/** Waits, or until the signal fires. */
export const pause = async (ms: number, signal?: AbortSignal): Promise<void> => {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
};

/** Something that is done over and over. */
export type Loop = Readonly<{
  /** Does it again at once, or as soon as the turn that is under way is over. */
  nudge: () => void;
}> &
  AsyncDisposable;

/**
 * Does something over and over, with a pause in between, until it is disposed of. A failure is logged
 * once until it works again, and ends nothing.
 *
 * @param options.intervalMs the pause after each turn; where it depends, it is asked for after each
 */
export const startLoop = (options: {
  name: string;
  intervalMs: number | (() => number);
  log: Logger;
  turn: (signal: AbortSignal) => Promise<void>;
}): Loop => {
  const { name, intervalMs, log, turn } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let nudged = new AbortController();

  let failing = false;
  const turnOnce = async (): Promise<void> => {
    try {
      await turn(signal);
      failing = false;
    } catch (err) {
      if (!failing && !signal.aborted) log.warn({ err }, `${name} failed; it keeps trying`);
      failing = true;
    }
  };
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      nudged = new AbortController();
      await turnOnce();
      // After a failure nobody hurries it.
      await pause(
        typeof intervalMs === 'number' ? intervalMs : intervalMs(),
        failing ? signal : AbortSignal.any([signal, nudged.signal]),
      );
    }
  };
  const looping = loop();

  return {
    nudge: () => nudged.abort(),
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await looping;
    },
  };
};
