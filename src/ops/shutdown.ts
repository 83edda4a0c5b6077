import type { Logger } from '../log.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const INTERRUPTED = 130;

/**
 * Resolves when the process is asked to stop (Ctrl-C, SIGTERM). What then remains is to close
 * everything; a second request leaves at once with exit code 130.
 */
export const untilStopped = (log: Logger): Promise<NodeJS.Signals> =>
  new Promise(resolve => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) {
        log.warn({ signal }, 'asked again: leaving at once');
        process.exit(INTERRUPTED);
      }
      asked = true;
      log.info({ signal }, 'stopping');
      resolve(signal);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
