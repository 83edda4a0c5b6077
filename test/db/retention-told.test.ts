import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { DOCUMENTS } from '../fixtures/documents.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('docs/running.md says of every table how long what is in it is kept', async () => {
  const { prose = [] } = DOCUMENTS.find(({ file }) => file === 'docs/running.md') ?? {};
  const from = prose.indexOf('## What is stored, and how long');
  const told = prose
    .slice(from, prose.indexOf('## New versions'))
    .map(row => /^\| `(\w+)` \| .+ \| .+ \| .+ \| [\d,]* ?\|$/.exec(row)?.[1])
    .filter(name => name !== undefined);
  const { rows } = await database.pool.query<{ name: string }>(
    `select relname as name from pg_class
      where relnamespace = 'reconciler'::regnamespace and relkind in ('r', 'p')`,
  );
  expect(told.toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
});
