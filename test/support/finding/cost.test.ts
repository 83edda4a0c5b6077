import { afterAll, beforeAll, expect, test } from 'vitest';
import { drizzle } from '../../../src/db/drizzle.ts';
import * as schema from '../../../src/db/schema.ts';
import { showAccounts } from '../../../src/support/accounts/account.ts';
import { type FilterFields, parseFilter } from '../../../src/support/finding/connection-filter.ts';
import { listConnections } from '../../../src/support/finding/list.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { addPast } from '../../fixtures/past.ts';
import { silentLog } from '../../fixtures/settings.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { blocksOf } from '../../fixtures/statement-cost.ts';

/*
 * What a person asks for costs what it shows, and not what is stored: `npm run bench -- --only year` measures all
 * pages; here are those that did follow the size.
 */

/** Of an app whose table has no names. */
const NO_PROFILES = {
  check: async () => undefined,
  ofIds: async () => new Map(),
  idsByEmail: async () => null,
  exactly: async () => new Map(),
  search: async () => new Map(),
  called: async () => new Map(),
  alike: async () => new Map(),
  wordIndex: async () => null,
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await addPast(database.pool, 1, 10_000);
});
afterAll(() => database[Symbol.asyncDispose]());

const list = async (fields: FilterFields, subjects: readonly string[]): Promise<number> =>
  blocksOf(database.pool, async pool => {
    const db = drizzle(pool, { schema });
    const desk = { db, pool, profiles: NO_PROFILES, log: silentLog };
    const page = { limit: 50, cursor: null };
    const { connections, count } = await listConnections(desk, SHELL, parseFilter(fields), page);
    expect(connections.map(({ subject }) => subject)).toEqual(subjects);
    expect(count).toEqual({ number: subjects.length, isCapped: false });
  });

test('the list of a workspace with few connections, or none, is read without going through those of the others', async () => {
  const { pool } = database;
  const SMALL = ['connect_webview:200', 'connect_webview:8001', 'connect_webview:9002'];
  await pool.query(
    `update reconciler.reconciliations set workspace_id = 'small' where subject = any($1)`,
    [SMALL],
  );
  await pool.query('vacuum (analyze) reconciler.reconciliations');
  expect(await list({ workspace: 'small' }, SMALL)).toBeLessThan(200);
  expect(
    await list({ workspace: 'small', reason: 'user_not_found' }, SMALL.slice(0, 1)),
  ).toBeLessThan(200);
  expect(await list({ workspace: 'nowhere' }, [])).toBeLessThan(200);
});

test('the events of an account that had few are found without going through all there are', async () => {
  const blocks = await blocksOf(database.pool, async pool => {
    const [shown] = await showAccounts(
      { db: drizzle(pool, { schema }), seam: null },
      SHELL,
      'account_9000',
    );
    expect(shown?.events.map(event => event.event_id)).toEqual(['event_9000_2', 'event_9000_1']);
  });
  expect(blocks).toBeLessThan(50);
});
