import { pause } from '../ops/loop.ts';
import { SeamError } from './errors.ts';

const MAX_TRIES = 5;
const FIRST_WAIT_MS = 1_000;
/** What asks for more is better left for another time than waited for. */
const LONGEST_WAIT_MS = 60_000;

const isRefusal = ({ reason }: SeamError): boolean =>
  reason === 'seam_unauthorized' || reason === 'workspace_suspended';

/**
 * Asks Seam again where it is too busy or away for a moment, waiting as long as it says. For walks of many
 * calls, which one stumble must not end; a run, which the queue repeats, asks once.
 *
 * @throws SeamError when Seam refuses our key, asks for more than a minute, or does not answer five times
 */
export const withRetries = async <T>(
  ask: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  wait: (ms: number, signal: AbortSignal) => Promise<void> = pause,
): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await ask(signal);
    } catch (error) {
      signal.throwIfAborted();
      // Only trouble that all calls share passes by itself; an answer that can't be read stays so.
      if (!(error instanceof SeamError) || !error.isOutage) throw error;
      if (isRefusal(error) || tries >= MAX_TRIES) throw error;
      const waitMs = error.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (tries - 1);
      if (waitMs > LONGEST_WAIT_MS) throw error;
      await wait(waitMs, signal);
      signal.throwIfAborted();
    }
  }
};
