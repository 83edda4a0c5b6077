import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './log.ts';

/** Waits, or until the signal fires. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};

/**
 * Does something over and over, with a pause in between, until it is disposed of. A failure is logged
 * once until it works again, and ends nothing.
 */
export const startLoop = (options: {
  name: string;
  intervalMs: number;
  log: Logger;
  turn: (signal: AbortSignal) => Promise<void>;
}): AsyncDisposable => {
  const { name, intervalMs, log, turn } = options;
  const stopping = new AbortController();
  const { signal } = stopping;

  const loop = async (): Promise<void> => {
    let failing = false;
    while (!signal.aborted) {
      try {
        await turn(signal);
        failing = false;
      } catch (err) {
        if (!failing && !signal.aborted) log.warn({ err }, `${name} failed; it keeps trying`);
        failing = true;
      }
      await pause(intervalMs, signal);
    }
  };
  const looping = loop();

  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await looping;
    },
  };
};
