import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './log.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const INTERRUPTED = 130;
/** Orchestrators kill after 30 s, as a rule. */
const STOP_LIMIT_MS = 25_000;

/** The request to stop. */
export type Stop = Readonly<{
  /** Fires as soon as it comes. */
  leaving: AbortSignal;
  /** Resolves when it is time to close, a while later. */
  asked: Promise<void>;
}>;

/**
 * Listens for the request to stop (Ctrl-C, SIGTERM) until it is disposed of: to be declared before whatever is closed
 * then, which is given 25 s. A second request leaves at once with exit code 130.
 *
 * @param options.delayMs between the request and the time to close: whoever sends requests learns meanwhile that this
 *   process leaves
 */
export const listenForStop = (
  log: Logger,
  { delayMs = 0 }: { delayMs?: number } = {},
): Disposable & Stop => {
  const leaving = new AbortController();
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let limit: NodeJS.Timeout | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (limit !== undefined) {
      log.warn({ signal }, 'asked again: exiting now');
      process.exit(INTERRUPTED);
    }
    // Whatever can't be closed (a Redis that went silent) must not keep us: what is owed stays owed.
    limit = setTimeout(() => {
      log.warn('not everything could be closed in time: exiting');
      process.exit(0);
    }, delayMs + STOP_LIMIT_MS).unref();
    log.info({ signal }, 'stopping');
    leaving.abort();
    resolve(delayMs > 0 ? sleep(delayMs) : undefined);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    leaving: leaving.signal,
    asked,
    [Symbol.dispose]: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
      clearTimeout(limit);
    },
  };
};
