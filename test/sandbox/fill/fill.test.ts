import { afterAll, beforeAll, expect, test } from 'vitest';
import { fill } from '../../../src/sandbox/fill/fill.ts';
import { type SandboxSeam, startSandboxSeam } from '../../../src/sandbox/seam.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';

let database: TestDatabase;
let seam: SandboxSeam;
beforeAll(async () => {
  database = await createTestDatabase();
  seam = await startSandboxSeam();
});
afterAll(async () => {
  await seam[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const count = async (query: string): Promise<number> => {
  const { rows } = await database.pool.query<{ n: number }>(`select count(*)::int as n ${query}`);
  return rows[0]?.n ?? -1;
};

test('the sandbox is filled with cases whose accounts Seam’s fake knows; once more, with more of them', async () => {
  expect(await fill(seam, database.pool, 200)).toMatchObject({
    cases: 200,
    workspaces: [seam.workspaceId, 'harbor_hotels', 'nordic_rentals'],
  });
  expect(await count('from reconciler.connect_webviews')).toBe(200);
  expect(await count(`from reconciler.reconciliations where state = 'linked'`)).toBeGreaterThan(
    140,
  );
  expect(await count('from reconciler.users')).toBe(200);
  // Each case that is linked is linked to one user, of ours.
  const linked = `from reconciler.links l join reconciler.users u on u.id = l.user_id where l.unlinked_at is null`;
  expect(await count(linked)).toBe(
    await count(`from reconciler.connected_accounts a where exists (select from reconciler.reconciliations r
      where r.connected_account_id = a.connected_account_id and r.state = 'linked')`),
  );
  const { rows } = await database.pool.query<{ id: string }>(
    `select connected_account_id as id from reconciler.connected_accounts where state <> 'deleted'`,
  );
  const known = seam.fake.database.connected_accounts.map(each => each.connected_account_id);
  expect(rows.length).toBeGreaterThan(150);
  expect(rows.filter(({ id }) => !known.includes(id))).toEqual([]);
  await fill(seam, database.pool, 20);
  expect(await count('from reconciler.connect_webviews')).toBe(220);
  expect(await count('from reconciler.users')).toBe(200);
});
