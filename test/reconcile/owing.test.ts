import { expect, test } from 'vitest';
import { readOwing } from '../../src/reconcile/owing.ts';
import { createTestDatabase } from '../fixtures/database.ts';

test('where nothing is owed, and no event named a workspace, nobody reads all the books to find that out', async () => {
  await using database = await createTestDatabase();
  const client = await database.pool.connect();
  try {
    await client.query(
      `insert into reconciler.reconciliations (subject, generation, observed_generation, state)
       select 'connect_webview:' || n, 4, 4, 'linked' from generate_series(1, 3000) n`,
    );
    await client.query('vacuum (analyze) reconciler.reconciliations');
    const scans = async () => {
      await client.query('select pg_stat_force_next_flush()');
      const { rows } = await client.query<{ scans: number }>(
        `select seq_scan::int as scans from pg_stat_user_tables where relname = 'reconciliations'`,
      );
      return rows[0]?.scans;
    };
    const before = await scans();
    expect(await readOwing(client as never, null)).toEqual([]);
    expect(await scans()).toBe(before);
  } finally {
    client.release();
  }
});
