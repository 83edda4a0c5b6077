import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { probeOtherKey, putUpHold, takeDownHold, takeDueProbe } from '../../src/reconcile/holds.ts';
import { advanceRecovery } from '../../src/reconcile/recovery.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query(
    `delete from reconciler.reconciliations; delete from reconciler.recoveries;
     delete from reconciler.workspace_holds`,
  );
});

const addRetrying = (
  number: number,
  { workspaceId = null as string | null, reason = 'seam_unavailable', prefix = 'w' } = {},
) =>
  database.pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, state, reason, workspace_id, due_at, sweep_at, updated_at)
     select 'connect_webview:' || $4 || n, 1, 'retrying', $2, $3, now() + interval '10 min',
            now() + interval '11 min', now() - interval '1 h' + (n / 7) * interval '1 ms'
       from generate_series(1, $1) n`,
    [number, reason, workspaceId, prefix],
  );
const due = async (): Promise<number> => {
  const { rows } = await database.pool.query<{ due: number }>(
    'select count(*)::int as due from reconciler.reconciliations where due_at <= now()',
  );
  return rows[0]?.due ?? 0;
};
const end = (workspaceId: string | null, probes = 3) =>
  takeDownHold(database.db, { workspaceId, reason: 'seam_unavailable', probes });
const advance = (workspaceId: string | null = null) => advanceRecovery(database.pool, workspaceId);

test('what waited becomes due page by page, all of it, each once, and nothing else does', async () => {
  await addRetrying(2_500);
  await addRetrying(5, { reason: 'user_not_found', prefix: 'other' });
  await end(null);
  expect(await due()).toBe(0);
  const pages = [await advance(), await advance(), await advance()];
  expect(pages.map(page => [page?.subjects.length, page?.isOver])).toEqual([
    [1_000, false],
    [1_000, false],
    [500, true],
  ]);
  expect(new Set(pages.flatMap(page => page?.subjects)).size).toBe(2_500);
  expect(await due()).toBe(2_500);
  // Of the outage's two other reasons there is nothing.
  const rest = [await advance(), await advance(), await advance()];
  expect(rest.map(page => page?.subjects)).toEqual([[], [], undefined]);
  const { rows } = await database.pool.query(
    `select distinct requested_by from reconciler.reconciliations where due_at <= now()`,
  );
  expect(rows).toEqual([{ requested_by: 'healing' }]);
});

test('another process goes on where one left off, and two at once share the work', async () => {
  await addRetrying(3_000);
  await end(null);
  const pages = await Promise.all([advance(), advance(), advance(), advance()]);
  const rest = [await advance(), await advance(), await advance()];
  const subjects = [...pages, ...rest].flatMap(page => page?.subjects ?? []);
  expect(subjects).toHaveLength(3_000);
  expect(new Set(subjects).size).toBe(3_000);
});

test('it is of one workspace, passes those of the others by, and what failed since waits for its own turn', async () => {
  await addRetrying(1_200, { workspaceId: 'other', prefix: 'o' });
  await addRetrying(10, { workspaceId: 'ours', prefix: 'u' });
  await end('ours');
  await database.pool.query(
    `update reconciler.reconciliations set updated_at = now() + interval '1 s' where subject = 'connect_webview:u7'`,
  );
  // At once, however many of others had failed before.
  const page = await advance('ours');
  expect(page?.isOver).toBe(true);
  expect(page?.subjects).toHaveLength(9);
  expect(await due()).toBe(9);
  expect(await advance('other')).toBeNull();
});

test('it waits while a hold stands again, and begins anew when that is over', async () => {
  await addRetrying(1_500);
  await end(null);
  await advance();
  const told = { workspaceId: null, detail: '', seamRequestId: null, waitMs: 0 };
  await putUpHold(database.db, { ...told, reason: 'seam_unavailable' });
  expect(await advance()).toBeNull();
  await end(null);
  await advance();
  await advance();
  expect(await due()).toBe(1_500);
});

test('a first probe that another key has answered wakes what the former one was refused for', async () => {
  const reason = 'seam_unauthorized';
  for (const workspaceId of ['ours', 'other']) {
    await addRetrying(2, { workspaceId, reason, prefix: workspaceId });
    await putUpHold(database.db, {
      workspaceId,
      reason,
      detail: '',
      seamRequestId: null,
      waitMs: 0,
    });
  }
  await probeOtherKey(database.db, 'ours');
  await database.pool.query('update reconciler.workspace_holds set probe_at = now()');
  for (const workspaceId of ['ours', 'other']) {
    const probe = await takeDueProbe(database.db, workspaceId);
    if (probe === null) throw new Error('no probe was due');
    await takeDownHold(database.db, probe);
  }
  expect((await advance('ours'))?.subjects).toHaveLength(2);
  expect(await advance('other')).toBeNull();
});

test('what somebody holds is passed by; the first probe that is answered wakes nobody', async () => {
  await addRetrying(3);
  await end(null, 1);
  expect(await advance()).toBeNull();
  await end(null);
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `select from reconciler.reconciliations where subject = 'connect_webview:w2' for update`,
    );
    expect((await advance())?.subjects).toHaveLength(2);
  } finally {
    await client.query('rollback');
    client.release();
  }
});
