import type { Logger } from './log.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const INTERRUPTED = 130;
/** Orchestrators kill after 30 s, as a rule. */
const STOP_LIMIT_MS = 25_000;

/**
 * Resolves when the process is asked to stop (Ctrl-C, SIGTERM). What then remains is to close
 * everything; a second request leaves at once with exit code 130.
 */
export const untilStopped = (log: Logger): Promise<NodeJS.Signals> =>
  new Promise(resolve => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) {
        log.warn({ signal }, 'asked again: exiting now');
        process.exit(INTERRUPTED);
      }
      asked = true;
      // Whatever can't be closed (a Redis that went silent) must not keep us: what is owed stays owed.
      setTimeout(() => {
        log.warn('not everything could be closed in time: exiting');
        process.exit(0);
      }, STOP_LIMIT_MS).unref();
      log.info({ signal }, 'stopping');
      resolve(signal);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
