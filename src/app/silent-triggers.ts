import type pg from 'pg';
import { readSilentTriggers } from '../db/telling.ts';
import type { Logger } from '../ops/log.ts';

/**
 * Warns, at the start, of changes that your app isn't told of: after a restore without triggers, say, or where somebody
 * switched one off. `doctor` says so at any time.
 *
 * @throws whatever Postgres throws
 */
export const tellOfSilentTriggers = async (
  pool: Pick<pg.Pool, 'query'>,
  log: Pick<Logger, 'warn'>,
): Promise<void> => {
  const silent = await readSilentTriggers(pool);
  if (silent.length === 0) return;
  log.warn(
    { triggers: silent, remedy: 'run "doctor": it says how to bring them back' },
    'your app misses changes: triggers are missing or disabled',
  );
};
