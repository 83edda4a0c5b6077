import { Router } from 'express';
import type { Logger } from '../ops/log.ts';
import { methodNotAllowed } from './errors.ts';

/** One thing that has to be in order; throws when it isn't. */
export type Check = () => Promise<unknown>;

/** What isn't in order, in words that anyone may read. Whatever else a check throws is only logged. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
}

const CHECK_TIMEOUT_MS = 4_000;

const outcome = async (name: string, check: Check, log: Logger): Promise<string> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no response in time')), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), timeout]);
    return 'ok';
  } catch (error) {
    if (error instanceof CheckError) return error.message;
    log.warn({ err: error, check: name }, 'a readiness check failed');
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
};

type Checks = Readonly<Record<string, Check>>;

/** What each check came to, by name (`ok`, or what is wrong), and whether what is required is in order. */
export type Readiness = Readonly<{ ready: boolean; checks: Readonly<Record<string, string>> }>;

/**
 * Makes a function that asks all checks. Asked by many at once, they run once.
 *
 * @param required what must be in order to be ready
 * @param reported what is only told of
 */
export const createReadiness = (
  required: Checks,
  reported: Checks,
  log: Logger,
): (() => Promise<Readiness>) => {
  const runAll = async (checks: Checks): Promise<Record<string, string>> =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(checks).map(
          async ([name, check]) => [name, await outcome(name, check, log)] as const,
        ),
      ),
    );
  const askAll = async (): Promise<Readiness> => {
    const [needed, told] = await Promise.all([runAll(required), runAll(reported)]);
    const ready = Object.values(needed).every(result => result === 'ok');
    return { ready, checks: { ...needed, ...told } };
  };
  let running: Promise<Readiness> | null = null;
  return () => {
    running ??= askAll().finally(() => {
      running = null;
    });
    return running;
  };
};

/**
 * `GET /healthz`: this process answers. `GET /readyz`: what it needs is in order, each by name; 503 when
 * not. A queue that is out of reach does not make it unready: webhooks are stored all the same, and an
 * orchestrator that took the process out for that would lose them their 204.
 *
 * @param required what must be in order to be ready
 * @param reported what is only told of
 * @param leaving once it has fired, this process isn't ready any more: whoever sends requests sends them elsewhere
 */
export const createHealthRouter = (
  required: Checks,
  reported: Checks,
  log: Logger,
  leaving?: AbortSignal,
): Router => {
  const router = Router();
  const ask = createReadiness(required, reported, log);
  router
    .route('/healthz')
    .get((_request, response) => {
      response.json({ status: 'ok' });
    })
    .all(methodNotAllowed('GET'));
  router
    .route('/readyz')
    .get(async (_request, response) => {
      if (leaving?.aborted === true) {
        response.status(503).json({ status: 'unavailable', checks: { process: 'stopping' } });
        return;
      }
      const { ready, checks } = await ask();
      response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'unavailable', checks });
    })
    .all(methodNotAllowed('GET'));
  return router;
};
