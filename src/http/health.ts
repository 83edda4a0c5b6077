import { Router } from 'express';
import { describeError } from '../log.ts';
import { methodNotAllowed } from './errors.ts';

/** One thing that has to be in order; throws when it isn't. */
export type Check = () => Promise<unknown>;

const CHECK_TIMEOUT_MS = 4_000;

const outcome = async (check: Check): Promise<string> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), timeout]);
    return 'ok';
  } catch (error) {
    return String(describeError(error).message);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * `GET /healthz`: this process answers. `GET /readyz`: what it needs is in order, each by name; 503 when
 * not. A queue that is out of reach does not make it unready: webhooks are stored all the same, and an
 * orchestrator that took the process out for that would lose them their 204.
 *
 * @param required what must be in order to be ready
 * @param reported what is only told of
 */
export const createHealthRouter = (
  required: Readonly<Record<string, Check>>,
  reported: Readonly<Record<string, Check>>,
): Router => {
  const router = Router();
  router
    .route('/healthz')
    .get((_request, response) => {
      response.json({ status: 'ok' });
    })
    .all(methodNotAllowed('GET'));
  router
    .route('/readyz')
    .get(async (_request, response) => {
      const [needed, told] = await Promise.all([runAll(required), runAll(reported)]);
      const ready = Object.values(needed).every(result => result === 'ok');
      response
        .status(ready ? 200 : 503)
        .json({ status: ready ? 'ok' : 'unavailable', checks: { ...needed, ...told } });
    })
    .all(methodNotAllowed('GET'));
  return router;
};

const runAll = async (checks: Readonly<Record<string, Check>>): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
    ),
  );
