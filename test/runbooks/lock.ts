import pg from 'pg';
import type { TestDatabase } from '../fixtures/database.ts';
import { until } from '../fixtures/wait.ts';
import type { Followed } from './follow.ts';

/** Somebody's transaction that stays open. */
type Lock = Readonly<{
  /** Waits until it has lasted longer than any of ours. */
  isOld: () => Promise<void>;
}> &
  AsyncDisposable;

/** @param sql what it has done so far */
export const holdLock = async (
  database: TestDatabase,
  sql: string,
  values: readonly string[] = [],
): Promise<Lock> => {
  const client = new pg.Client({ connectionString: database.url, application_name: 'a notebook' });
  // It is ended by whoever follows the page.
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  await client.query(sql, [...values]);
  return {
    isOld: async () => {
      await until('the transaction to have lasted', async () => {
        const { rows } = await database.pool.query(
          `select from pg_stat_activity where datname = current_database()
              and application_name = 'a notebook' and xact_start < now() - interval '3 s'`,
        );
        return rows.length > 0;
      });
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
};

/** Which session `doctor` has named. */
export const sessionIn = (followed: Followed | undefined): string =>
  /session (\d+) \(\S+, a notebook/.exec(followed?.printed ?? '')?.[1] ?? '';
