import type { Logger } from './log.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const INTERRUPTED = 130;
/** Orchestrators kill after 30 s, as a rule. */
const STOP_LIMIT_MS = 25_000;

/**
 * Listens for the request to stop (Ctrl-C, SIGTERM) until it is disposed of: to be declared before whatever is closed
 * then, which is given 25 s. A second request leaves at once with exit code 130.
 */
export const listenForStop = (log: Logger): Disposable & Readonly<{ asked: Promise<void> }> => {
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
    }, STOP_LIMIT_MS).unref();
    log.info({ signal }, 'stopping');
    resolve();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    asked,
    [Symbol.dispose]: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
      clearTimeout(limit);
    },
  };
};
