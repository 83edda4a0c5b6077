import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../fixtures/database.ts';

const NEW = [
  'conflict',
  'users_table_unusable',
  'seam_forbidden',
  'workspace_suspended',
  'seam_timeout',
  'seam_unreadable',
  'seam_refused',
];

test('what docs/running.md says of going back leaves no reason that is new', async () => {
  const docs = readFileSync(new URL('../../docs/running.md', import.meta.url), 'utf8');
  const sql = /```sql\n(update reconciler\.reconciliations set reason[^`]*)```/.exec(docs)?.[1];
  await using database = await createTestDatabase();
  const { pool } = database;
  await pool.query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state, reason)
     select 'connect_webview:' || reason, 2, 1, 'retrying', reason from unnest($1::text[]) reason`,
    [NEW],
  );
  await pool.query(sql ?? 'the statements are gone');
  const { rows } = await pool.query(
    'select distinct reason from reconciler.reconciliations order by 1',
  );
  expect(rows.map(({ reason }) => reason)).toEqual([
    'internal_error',
    'metadata_id_invalid',
    'seam_unavailable',
  ]);
});
