import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';
import { createRole, rowsOf } from '../fixtures/roles.ts';

/* What `doctor` finds of a Postgres that answers, and won't do all the same. */

type Finding = Readonly<{ check: string; result: string; detail: string; remedy: string | null }>;

const doctor = async (env: Readonly<Record<string, string>>) => {
  const { stdout } = await runHere(['doctor', '--json'], env);
  const { checks } = JSON.parse(stdout) as { checks: Finding[] };
  return { find: (name: string) => checks.find(({ check }) => check === name) };
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('it tells what the database is', async () => {
  const { find } = await doctor({ DATABASE_URL: database.url });
  expect(find('database')).toMatchObject({
    result: 'ok',
    detail: expect.stringMatching(/^PostgreSQL \d\d\S*, UTF8$/),
  });
  expect(find('database rights')).toMatchObject({
    result: 'ok',
    detail: 'postgres may do all that is needed',
  });
});

test('sees a database that can’t hold every name, and one that can only be read', async () => {
  await using latin = await createTestDatabase('template0', { encoding: 'LATIN1' });
  const { find } = await doctor({ DATABASE_URL: latin.url });
  expect(find('database')).toMatchObject({
    result: 'problem',
    detail: expect.stringContaining('encoding is LATIN1'),
    remedy: expect.stringContaining("encoding 'UTF8'"),
  });
  await using own = await createTestDatabase();
  const name = new URL(own.url).pathname.slice(1);
  await own.pool.query(`alter database ${name} set default_transaction_read_only = on`);
  expect((await doctor({ DATABASE_URL: own.url })).find('database')).toMatchObject({
    result: 'problem',
    detail: 'this database can only be read: default_transaction_read_only is on',
  });
});

test('sees a role that lacks rights, and names the command that tells how to grant them', async () => {
  await using role = await createRole(database, each => [
    ...rowsOf('reconciler', each),
    ...rowsOf('bullmq', each),
    `grant execute on all functions in schema reconciler to ${each}`,
    `revoke update on reconciler.links from ${each}`,
  ]);
  const { find } = await doctor({ DATABASE_URL: role.url });
  expect(find('database rights')).toMatchObject({
    result: 'problem',
    detail: 'our role lacks rights: update on reconciler.links',
    remedy: expect.stringContaining(`grants --migrate-role <who migrates> --run-role ${role.name}`),
  });
  expect(find('queue')).toMatchObject({
    result: 'problem',
    detail: expect.stringContaining('create on schema bullmq'),
  });
});
