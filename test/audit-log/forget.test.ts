import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { forgetChanges } from '../../src/audit-log/forget.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
const { signal } = new AbortController();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() =>
  query('truncate reconciler.audit_log, reconciler.links, reconciler.bulk_runs cascade'),
);

const query = (text: string, values: unknown[] = []) => database.pool.query(text, values);

/** @returns its id */
const change = async (
  action: string,
  { days = 400, target = action, after = {} as object } = {},
): Promise<number> => {
  const { rows } = await query(
    `insert into reconciler.audit_log (at, actor, actor_name, role, face, action, target, after)
     values (now() - $1 * interval '1 day', 'operator:1', 'Ada', 'admin', 'console', $2, $3, $4)
     returning id::int`,
    [days, action, target, after],
  );
  return Number(rows[0]?.id);
};
const left = async (): Promise<string[]> => {
  const { rows } = await query('select target from reconciler.audit_log order by target');
  return rows.map(row => String(row.target));
};

test('what people did goes after so many days', async () => {
  await change('retry', { target: 'old', days: 366 });
  await change('retry', { target: 'young', days: 364 });
  expect(await forgetChanges(database.pool, 365, signal)).toBe(1);
  expect(await left()).toEqual(['young']);
});

test('who made a link that stands stays, and of one that another link by hand took over', async () => {
  const linkBy = async (target: string, because: string | null, isEnded: boolean) => {
    const after = { connected_account_id: target, user_id: 'ada' };
    await query(
      `insert into reconciler.links
              (connected_account_id, user_id, linked_by_run, linked_by_audit, unlinked_because, unlinked_at)
       values ($1, 'ada', 0, $2, $3, case when $4 then now() end)`,
      [target, await change('link', { target, after }), because, isEnded],
    );
  };
  await linkBy('stands', null, false);
  await linkBy('taken over', 'linked_by_hand', true);
  await linkBy('undone', 'undone', true);
  expect(await forgetChanges(database.pool, 365, signal)).toBe(1);
  expect(await left()).toEqual(['stands', 'taken over']);
});

test('who unlinked an account stays while that counts, and whose link that was', async () => {
  const after = (target: string) => ({ connected_account_id: target, user_id: null });
  for (const [target, claim] of [
    ['counts', 'missing'],
    ['undone', null],
  ] as const) {
    const linked = await change('link', { target: `link of ${target}`, after: after(target) });
    await query(
      `insert into reconciler.links
              (connected_account_id, user_id, linked_by_run, linked_by_audit, unlinked_because, unlinked_at,
               unlinked_by_audit, unlinked_claim)
       values ($1, 'ada', 0, $2, 'unlinked_by_hand', now(), $3, $4)`,
      [target, linked, await change('unlink', { target, after: after(target) }), claim],
    );
  }
  expect(await forgetChanges(database.pool, 365, signal)).toBe(1);
  expect(await left()).toEqual(['counts', 'link of counts', 'link of undone']);
});

test('in whose name a bulk run acts stays until that ends', async () => {
  const { rows } = await query(
    `insert into reconciler.bulk_runs (action, query, state, planned_by, total, per_minute)
     values ('retry', '', 'running', 'Ada', 1, 300) returning id`,
  );
  const target = `bulk_run:${rows[0]?.id}`;
  await change('plan_bulk_run', { target });
  await change('start_bulk_run', { target });
  expect(await forgetChanges(database.pool, 365, signal)).toBe(1);
  expect(await left()).toEqual([target]);
  await query(`update reconciler.bulk_runs set state = 'done', finished_at = now()`);
  expect(await forgetChanges(database.pool, 365, signal)).toBe(1);
});

test('one process at a time', async () => {
  await change('retry');
  const other = await database.pool.connect();
  try {
    await other.query(`select pg_advisory_lock(hashtext('seam-reconciler audit log'))`);
    expect(await forgetChanges(database.pool, 365, signal)).toBeNull();
  } finally {
    await other.query('select pg_advisory_unlock_all()');
    other.release();
  }
  expect(await forgetChanges(database.pool, 365, signal)).toBe(1);
});
