import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSecretBox } from '../../src/endpoints/secrets.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';

/* What `doctor` finds of the way out: whether the app is told. */

type Finding = Readonly<{ check: string; result: string; detail: string; remedy: string | null }>;
const KEY = 'a key of thirty-two characters!!';
const OTHER = 'another key of as many characters';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => database.pool.query('delete from reconciler.endpoints'));
afterAll(() => database[Symbol.asyncDispose]());

const query = (text: string, values: unknown[] = []) => database.pool.query(text, values);
const find = async (name: string, env: Readonly<Record<string, string>> = {}) => {
  const { stdout } = await runHere(['doctor', '--json'], { DATABASE_URL: database.url, ...env });
  const { checks } = JSON.parse(stdout) as { checks: Finding[] };
  return checks.find(({ check }) => check === name);
};
const addEndpoint = async (of: string, sealed?: string): Promise<void> => {
  await query(
    `insert into reconciler.endpoints (name, kind, target, created_by, disabled_at, disabled_because,
                                       failing_since, failures, fault)
     values ('the app', 'http', 'https://app.example/', 'root', ${of})`,
  );
  if (sealed === undefined) return;
  await query(
    'insert into reconciler.endpoint_secrets (endpoint_id, sealed) select max(id), $1 from reconciler.endpoints',
    [sealed],
  );
};
const WELL = 'null, null, null, 0, null';

test('that all is in order', async () => {
  for (const name of ['views for the app', 'telling the app', 'endpoints']) {
    expect(await find(name)).toMatchObject({ result: 'ok' });
  }
});

test('a trigger that somebody disabled, and one that is gone', async () => {
  await query('alter table reconciler.links disable trigger tell_of_link');
  expect(await find('telling the app')).toMatchObject({
    result: 'problem',
    detail: expect.stringContaining('(tell_of_link on links)'),
    remedy: expect.stringContaining('enable trigger'),
  });
  await query('drop trigger tell_of_link on reconciler.links');
  expect(await find('telling the app')).toMatchObject({ result: 'problem' });
});

test('what nobody arranges', async () => {
  await using own = await createTestDatabase();
  const told = (seconds: number) =>
    own.pool.query(
      `insert into reconciler.outbox (type, about, sequence, data, at)
       values ('account.linked', 'connected_account:a', 1, '{}', now() - $1 * interval '1 s')`,
      [seconds],
    );
  await told(1);
  const env = { DATABASE_URL: own.url };
  expect(await find('telling the app', env)).toMatchObject({ result: 'ok' });
  await told(3_600);
  expect(await find('telling the app', env)).toMatchObject({
    result: 'problem',
    detail: expect.stringMatching(/: 1, the oldest since \d{4}-\S+Z$/),
  });
});

test('views that somebody dropped', async () => {
  await using own = await createTestDatabase();
  await own.pool.query('drop schema reconciler_public cascade');
  expect(await find('views for the app', { DATABASE_URL: own.url })).toMatchObject({
    result: 'problem',
    detail: expect.stringContaining('reconciler_public'),
  });
});

test.each([
  ['fails', `null, null, now() - interval '2 hours', 9, 'It answered 500'`, 'It answered 500'],
  ['was gone', `now(), 'gone', now() - interval '2 hours', 1, null`, 'answered 410'],
  ['failed for days', `now(), 'failing', now() - interval '6 days', 90, null`, 'failed for days'],
])('an endpoint that %s', async (_what, of, told) => {
  await addEndpoint(of);
  expect(await find('endpoints')).toMatchObject({
    result: 'problem',
    detail: expect.stringContaining(told),
    remedy: expect.stringContaining('endpoint '),
  });
});

test.each([
  ['a person disabled', `now(), 'person', null, 0, null`],
  ['failed a moment ago', `null, null, now(), 1, 'It answered 500'`],
])('not one that %s', async (_what, of) => {
  await addEndpoint(of);
  expect(await find('endpoints')).toMatchObject({ result: 'ok' });
});

test('hooks that no process has', async () => {
  await query(
    `with e as (insert into reconciler.endpoints (name, kind, target, types, created_by)
                values ('hooks', 'hook', 'hooks', '{account.linked}', 'your app') returning id)
     insert into reconciler.hook_sets (endpoint_id, types, heard_at)
     select id, '{account.linked}', now() - interval '1 h' from e`,
  );
  expect(await find('endpoints')).toMatchObject({
    result: 'problem',
    detail: expect.stringContaining('(hooks): none was heard of since'),
    remedy: expect.stringContaining('endpoint remove'),
  });
});

test('a key that is missing, or another than the one that sealed', async () => {
  await addEndpoint(WELL, createSecretBox([KEY]).make().sealed);
  expect(await find('endpoints')).toMatchObject({
    result: 'problem',
    detail: expect.stringContaining('ENDPOINT_SECRETS_KEY is missing'),
  });
  const by = (keys: string) => find('endpoints', { ENDPOINT_SECRETS_KEY: keys });
  expect(await by(OTHER)).toMatchObject({
    result: 'problem',
    detail: expect.stringContaining('sealed with another key'),
  });
  expect(await by(`${OTHER},${KEY}`)).toMatchObject({ result: 'ok' });
  expect(await by(KEY)).toMatchObject({ result: 'ok' });
});
