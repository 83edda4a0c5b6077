import { checksOfWeb, checksOfWorker } from '../app/checks.ts';
import type { Service } from '../app/service.ts';
import type { Work } from '../app/worker.ts';
import { createReadiness } from '../http/health.ts';
import type { Logger } from '../ops/log.ts';
import type { Health } from './types.ts';
import { inOptions } from './words.ts';

/** Asks how it is doing. Asked by many at once, it asks once, as long as what it does stays the same. */
export const createAsker = (
  log: Logger,
): ((service: Service, serves: boolean) => Promise<Health>) => {
  type Asked = Readonly<{ worker: Work | null; serves: boolean; ask: () => Promise<Health> }>;
  let asked: Asked | null = null;
  return async ({ context, worker }, serves) => {
    const present = worker();
    if (asked?.worker !== present || asked.serves !== serves) {
      const [required, reported] =
        present === null || serves
          ? checksOfWeb(context, present ?? undefined)
          : checksOfWorker(context, present);
      const ask = createReadiness(required, reported, log);
      asked = { worker: present, serves, ask };
    }
    const { ready, checks } = await asked.ask();
    const inTheirs = Object.entries(checks).map(([name, words]) => [name, inOptions(words)]);
    return { ready, checks: Object.fromEntries(inTheirs) };
  };
};
