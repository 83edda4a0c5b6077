import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import {
  isAnyAlertUntold,
  isAnyUncounted,
  isAnyUntold,
  letAlertsEnd,
  readStandings,
} from './books.ts';
import { unsettledSubjects } from './check-subjects.ts';
import { expectStandings } from './expected.ts';
import type { Ledger } from './ledger.ts';

const INTERVAL_MS = 500;
const LIMIT_MS = 10 * 60_000;

/**
 * Waits, without touching anything, until nothing is owed that should not be, or ten minutes.
 *
 * @param isRecovered whether everything that a fault held up has been looked at
 */
export const settle = async (
  pool: pg.Pool,
  ledger: Ledger,
  isRecovered: () => boolean,
  signal: AbortSignal,
): Promise<void> => {
  const expectations = expectStandings(ledger);
  const deadline = performance.now() + LIMIT_MS;
  while (performance.now() < deadline) {
    const unsettled = unsettledSubjects(expectations, await readStandings(pool));
    const isSettled = unsettled.length === 0 && isRecovered();
    const isTold = isSettled && !(await isAnyUncounted(pool)) && !(await isAnyUntold(pool));
    if (isTold) {
      if (!(await isAnyAlertUntold(pool))) return;
      await letAlertsEnd(pool);
    }
    await sleep(INTERVAL_MS, undefined, { signal });
  }
};
