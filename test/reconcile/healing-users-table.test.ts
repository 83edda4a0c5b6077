import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Endings,
  healUsersTable,
  judgeEndings,
  NOTHING_PUT_BACK,
  type UsersTableHealing,
} from '../../src/reconcile/healing-users-table.ts';
import { POLICIES } from '../../src/reconcile/retry.ts';
import { reconcile } from '../../src/reconcile/run.ts';
import type { UserDirectory } from '../../src/users/directory.ts';
import { UsersTableError } from '../../src/users/errors.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { openReconciler } from '../fixtures/reconciler.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('truncate reconciler.reconciliations cascade');
});

const add = (subject: string, state: 'failed' | 'retrying', reason: string, count = 1) =>
  database.pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, attempts, due_at, updated_at)
     select $1 || n, 2, case when $2 = 'failed' then 2 else 1 end, $2, $3, 3,
            now() + interval '1 h', now() - (1 + n) * interval '1 s'
       from generate_series(1, $4) n`,
    [subject, state, reason, count],
  );
/** What is put back and due. */
const putBack = async () => {
  const { rows } = await database.pool.query(
    `select subject from reconciler.reconciliations
      where state = 'retrying' and requested_by = 'healing' and due_at <= now() order by 1`,
  );
  return rows.map(row => row.subject);
};
/** Runs have ended: all that is put back, but for `again` of them, which fail as before. */
const end = (again = 0) =>
  database.pool.query(
    `with run as (
       select subject, row_number() over (order by subject) <= $1 as is_again
         from reconciler.reconciliations where state = 'retrying' and requested_by = 'healing'
     )
     update reconciler.reconciliations r
        set state = case when is_again then 'failed' else 'linked' end, requested_by = null,
            reason = case when is_again then r.reason end, observed_generation = generation,
            updated_at = clock_timestamp()
       from run where r.subject = run.subject`,
    [again],
  );

const ANY: Awaited<ReturnType<UserDirectory['check']>> = {
  idType: { name: 'text', sql: '', equals: '', key: '' },
  hidden: null,
};
const works = async () => ANY;
/** Turn after turn, as the loop takes them. */
const healer = () => {
  let next: UsersTableHealing = NOTHING_PUT_BACK;
  return async (
    check: UserDirectory['check'] = works,
    { lastFault }: { lastFault: ReturnType<UserDirectory['lastFault']> } = { lastFault: null },
  ): Promise<number> => {
    const users = { check, lastFault: () => lastFault };
    const turn = await healUsersTable({ pool: database.pool, users }, next);
    next = turn.next;
    return turn.healed;
  };
};

test('what waits for the users table is put back once that can be used, and nothing else', async () => {
  const heal = healer();
  await add('connect_webview:failed', 'failed', 'users_table_unusable');
  await add('connect_webview:retrying', 'retrying', 'users_table_unusable');
  await add('connect_webview:other', 'failed', 'user_not_found');
  expect(await heal(() => Promise.reject(new UsersTableError('not yet')))).toBe(0);
  expect(await putBack()).toEqual([]);
  await expect(heal(() => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
  expect(await heal()).toBe(2);
  expect(await putBack()).toEqual(['connect_webview:failed1', 'connect_webview:retrying1']);
});

test('where nothing waits for it, it is asked only if its last answer was a fault, or there was none', async () => {
  const heal = healer();
  await add('connect_webview:other', 'failed', 'internal_error');
  const asked = () => Promise.reject(new Error('asked'));
  expect(await heal(asked, { lastFault: null })).toBe(0);
  await expect(heal(asked, { lastFault: new UsersTableError('it is locked') })).rejects.toThrow(
    'asked',
  );
  await expect(heal(asked, { lastFault: undefined })).rejects.toThrow('asked');
});

test('of many a few are put back first, and ever more of them while these succeed', async () => {
  const heal = healer();
  await add('connect_webview:many', 'failed', 'users_table_unusable', 700);
  expect(await heal()).toBe(5);
  expect(await putBack()).not.toContain('connect_webview:many1');
  expect(await putBack()).toContain('connect_webview:many700');
  expect(await heal()).toBe(0); // They have not been looked at yet.
  await end();
  for (const next of [50, 500, 145, 0]) {
    expect(await heal()).toBe(next);
    await end();
  }
});

test('while most fail again few are put back, ever more seldom, whatever the check says', async () => {
  const heal = healer();
  await add('connect_webview:many', 'failed', 'users_table_unusable', 700);
  const turns: number[] = [];
  for (let turn = 0; turn < 200; turn++) {
    turns.push(await heal());
    await end(500);
  }
  expect(new Set(turns)).toEqual(new Set([0, 5]));
  const at = turns.flatMap((healed, turn) => (healed > 0 ? [turn] : []));
  expect(at.slice(0, 7)).toEqual([0, 3, 7, 13, 23, 41, 75]);
  expect(at.at(-1)).toBe(159);
});

describe('after what was put back', () => {
  const before: UsersTableHealing = {
    putBack: { subjects: [], at: '' },
    size: 50,
    waited: 0,
    rest: 0,
    lastRest: 0,
  };
  test.each<[string, Endings, Partial<UsersTableHealing>]>([
    ['all succeeded', { waiting: 0, again: 0, otherwise: 50 }, { size: 500, rest: 0 }],
    ['some failed again', { waiting: 0, again: 10, otherwise: 40 }, { size: 50, rest: 0 }],
    ['most failed again', { waiting: 0, again: 30, otherwise: 20 }, { size: 5, rest: 1 }],
    ['there is nothing left of it', { waiting: 0, again: 0, otherwise: 0 }, { size: 5, rest: 0 }],
    ['one is still waiting', { waiting: 1, again: 30, otherwise: 0 }, { size: 50, waited: 1 }],
  ])('%s', (_what, endings, expected) => {
    expect(judgeEndings(before, endings)).toMatchObject(expected);
  });

  test('nobody waits for ever for what nobody looks at', () => {
    const endings = { waiting: 50, again: 0, otherwise: 0 };
    expect(judgeEndings({ ...before, waited: 4 }, endings)).toMatchObject({
      size: 5,
      putBack: null,
    });
  });
});

test('what is put back has one look, and is given up again where that fails as before', async () => {
  await using own = await openReconciler();
  const { pool } = own.database;
  const webviewId = await own.seam.createWebview({ id: 'ada' });
  await own.seam.completeWebview(webviewId, { email: 'ada@locks.example' });
  const subject = `connect_webview:${webviewId}` as const;
  await pool.query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state, reason, attempts)
     values ($1, 1, 1, 'failed', 'users_table_unusable', $2)`,
    [subject, POLICIES.users_table_unusable.tries],
  );
  const users = { check: works, lastFault: () => null };
  expect((await healUsersTable({ pool, users }, NOTHING_PUT_BACK)).healed).toBe(1);
  const fails = {
    ...own.reconciler,
    users: { ...own.reconciler.users, find: () => Promise.reject(new UsersTableError('too slow')) },
  };
  const { signal } = new AbortController();
  await reconcile(fails, subject, 'healing', signal);
  const { rows } = await pool.query(
    'select state, reason from reconciler.reconciliations where subject = $1',
    [subject],
  );
  expect(rows).toEqual([{ state: 'failed', reason: 'users_table_unusable' }]);
});
