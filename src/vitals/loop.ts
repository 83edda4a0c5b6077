import { randomUUID } from 'node:crypto';
import type { Workspace } from '../config/workspaces.ts';
import type { Db } from '../db/client.ts';
import type { Vitals } from '../model/vitals.ts';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';
import { giveUpMeasuring, isForsaken, keepVitals, takeMeasuring } from './lease.ts';
import { measureVitals } from './measure.ts';
import { readVitals } from './read.ts';

const MEASURE_INTERVAL_MS = 10_000;
/** Who doesn't measure asks more often whether somebody still does. */
const FOLLOW_INTERVAL_MS = 5_000;

/**
 * Measures how the whole is doing, every ten seconds, in one of all the processes that have started this. One that stops
 * is followed at once, one that is killed or frozen within half a minute.
 *
 * @param options.workspaces those that are served at present
 */
export const startVitals = (options: {
  db: Db;
  workspaces: () => readonly Pick<Workspace, 'id'>[];
  /** How large the database may get; undefined: nobody has said so. */
  databaseMaxBytes: number | undefined;
  /** Is told what this process has measured and written down. */
  onMeasured: (vitals: Vitals) => void;
  log: Logger;
}): AsyncDisposable => {
  const { db, workspaces, databaseMaxBytes, onMeasured, log } = options;
  const { $client: pool } = db;
  const holder = randomUUID();
  let measures = false;
  const loop = startLoop({
    name: 'measuring how all is doing',
    intervalMs: () => (measures ? MEASURE_INTERVAL_MS : FOLLOW_INTERVAL_MS),
    log,
    turn: async () => {
      measures = false;
      const takes = await takeMeasuring(pool, holder);
      // Where nothing can be written down, each judges for itself: alerts are opened once all the same.
      measures = takes || (await isForsaken(pool));
      if (!measures) return;
      const { vitals: before } = await readVitals(pool);
      const vitals = await measureVitals(db, { served: workspaces(), before, databaseMaxBytes });
      if ((await keepVitals(pool, holder, vitals)) || !takes) onMeasured(vitals);
    },
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await loop[Symbol.asyncDispose]();
      if (!measures) return;
      try {
        await giveUpMeasuring(pool, holder);
      } catch (err) {
        log.debug({ err }, 'another process measures a little later');
      }
    },
  };
};
