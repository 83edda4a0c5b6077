import { retryAfterOf } from './errors.ts';

type Fetch = (request: Request, init?: RequestInit) => Promise<Response>;

/** Longer than that nothing is waited for by itself. */
const LONGEST_WAIT_MS = 60_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

/** 429 was refused before anything was done. After a 503 only what changes nothing is asked for again. */
const waitOf = (request: Request, response: Response): number | null => {
  const isSafe = response.status === 429 || (response.status === 503 && request.method === 'GET');
  const wait = isSafe ? retryAfterOf(response) : null;
  return wait !== null && wait <= LONGEST_WAIT_MS ? wait : null;
};

/**
 * A `fetch` that gives up after a time, and asks again where it is told to wait.
 *
 * @param own what sends it
 * @param timeoutMs how long one try may take
 * @param retries how often it asks again
 */
export const patiently =
  (own: Fetch, { timeoutMs, retries }: { timeoutMs: number; retries: number }): Fetch =>
  async request => {
    for (let left = retries; ; left--) {
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
      const response = await own(request.clone(), { signal });
      const wait = left > 0 ? waitOf(request, response) : null;
      if (wait === null) return response;
      await response.body?.cancel();
      await pause(wait, request.signal);
    }
  };
