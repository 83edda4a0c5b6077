import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../src/access/actor.ts';
import { NotAllowedError, SupportError } from '../../src/access/errors.ts';
import { beginExport, tellRefused } from '../../src/audit-log/security-rows.ts';
import { openDatabase } from '../../src/db/client.ts';
import { createSecurityLog } from '../../src/http/security-log.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => database.pool.query('truncate reconciler.audit_log'));

const EVE: Actor = {
  key: 'operator:3',
  name: 'Eve',
  role: 'viewer',
  face: 'console',
  idempotencyKey: 'a form’s',
};
const FROM = { address: '203.0.113.9', method: 'POST', path: '/support/operators/add' };
const security = createSecurityLog(silentLog);
const rowsOf = async (action: string) => {
  const { rows } = await database.pool.query<{ target: string; after: object; hour: string }>(
    `select target, after, date_trunc('hour', at)::text as hour
       from reconciler.audit_log where action = $1 order by id`,
    [action],
  );
  return rows;
};

test('a refusal is written once an hour, whatever processes there are and however often it comes', async () => {
  await using other = openDatabase({ url: database.url, name: 'other', max: 2, log: silentLog });
  const refused = new NotAllowedError('manage_operators', 'no');
  const tellFrom = ({ pool }: Pick<TestDatabase, 'pool'>, actor: Actor) =>
    tellRefused({ pool, security, log: silentLog }, FROM, actor, refused, 'view');
  await Promise.all(
    Array.from({ length: 40 }, (_, number) => tellFrom(number % 2 ? database : other, EVE)),
  );
  await tellFrom(database, { ...EVE, key: 'operator:4' });
  const rows = await rowsOf('refused');
  // One each; where the hour ended meanwhile, one in each hour.
  expect(new Set(rows.map(({ hour }) => hour)).size).toBeGreaterThanOrEqual(rows.length - 1);
  expect(rows.length).toBeGreaterThanOrEqual(2);
  expect(rows[0]).toMatchObject({
    target: 'permission:manage_operators',
    after: { from: '203.0.113.9', path: 'POST /support/operators/add' },
  });
});

test('what stood in the way otherwise is no refusal', async () => {
  for (const error of [new SupportError('not_found', 'x'), new Error('x'), null]) {
    await tellRefused({ pool: database.pool, security, log: silentLog }, FROM, EVE, error, 'view');
  }
  expect(await rowsOf('refused')).toEqual([]);
});

test('an export that was broken off says how far it came, and two of one form are two', async () => {
  const { pool } = database;
  const filter = new URLSearchParams({ state: 'failed' });
  for (const isWhole of [false, true]) {
    await using told = await beginExport(pool, EVE, 'connections', filter);
    expect(await rowsOf('export')).toHaveLength(isWhole ? 2 : 1);
    told.add(1_000);
    told.add(17);
    if (isWhole) told.complete();
  }
  expect(await rowsOf('export')).toMatchObject([
    { target: 'connections', after: { state: 'failed' } },
    { target: 'connections', after: { state: 'failed' } },
  ]);
  expect(await rowsOf('end_export')).toMatchObject([
    { after: { rows: 1_017, complete: false } },
    { after: { rows: 1_017, complete: true } },
  ]);
});
