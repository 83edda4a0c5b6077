import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { run } from '../fixtures/processes.ts';
import type { ChaosApp } from './app.ts';
import type { Settings } from './rig.ts';

const EVERY_MS = 1_000;
const DISABLED = 'select id::int from reconciler.endpoints where disabled_at is not null';

/**
 * The engineer on call: where the app has said that it is gone, they enable its endpoint again, by command, once the app
 * takes what comes. They try for as long as it takes.
 */
export const startOnCall = (pool: pg.Pool, app: ChaosApp, env: Settings): AsyncDisposable => {
  const leaving = new AbortController();
  const look = async (): Promise<void> => {
    if (!app.isWell()) return;
    const { rows } = await pool.query<{ id: number }>(DISABLED);
    for (const { id } of rows) {
      await run(['endpoint', 'enable', String(id), '--missed', 'send', '--json'], env);
    }
  };
  const loop = async (): Promise<void> => {
    while (!leaving.signal.aborted) {
      await sleep(EVERY_MS);
      try {
        await look();
      } catch (error) {
        // Postgres is away: there is nothing to be done until it is back.
        if (!(error instanceof Error)) throw error;
      }
    }
  };
  const looping = loop();
  return {
    [Symbol.asyncDispose]: async () => {
      leaving.abort();
      await looping;
    },
  };
};
