import type pg from 'pg';
import { readWithStatementTimeout } from '../support/finding/statement-timeout.ts';

/** All of them are counted, along an index; where that takes longer, what was known before stays. */
const READ_MS = 3_000;

/**
 * How many accounts stand how. Reads the index of their states (accounts_state_idx) and, where vacuum has been there, no
 * row of the table.
 *
 * @returns null where it would take too long @throws what Postgres throws otherwise
 */
export const countAccounts = (pool: pg.Pool): Promise<Readonly<Record<string, number>> | null> =>
  readWithStatementTimeout(pool, READ_MS, async client => {
    await client.query(
      'set local enable_seqscan = off; set local enable_bitmapscan = off; set local max_parallel_workers_per_gather = 0',
    );
    const { rows } = await client.query<{ state: string; number: number }>(
      `select state, count(*)::int as number from reconciler.connected_accounts
        where state is not null group by state order by state`,
    );
    return Object.fromEntries(rows.map(({ state, number }) => [state, number]));
  });
