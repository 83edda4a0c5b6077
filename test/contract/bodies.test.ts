import { afterAll, beforeAll, expect, test } from 'vitest';
import { MESSAGE_TYPES } from '../../src/model/message.ts';
import { blocksOf, sectionOf } from '../fixtures/contract-document.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { tellEverything } from '../fixtures/every-message.ts';

/* Each example of a message in docs/contract.md looks like a message of its type that was really written. */

let database: TestDatabase;
let bodies: Awaited<ReturnType<typeof tellEverything>>;

beforeAll(async () => {
  database = await createTestDatabase();
  bodies = await tellEverything(database);
});
afterAll(() => database[Symbol.asyncDispose]());

/** What kind of value each field holds: `null` is one of its own, as a reader has to know of it. */
const kindsOf = (value: unknown): unknown => {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, kindsOf(each)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
};

test.each(MESSAGE_TYPES)('%s', type => {
  const [example = ''] = blocksOf('json', sectionOf(`### \`${type}\``));
  const body = JSON.parse(example);
  expect(body.type).toBe(type);
  expect(kindsOf(body)).toEqual(kindsOf(bodies.get(type)));
});

test('what came in between is counted without a gap', async () => {
  const { rows } = await database.pool.query(
    `select about, array_agg(sequence::int order by position) as sequences from reconciler_public.messages group by 1`,
  );
  for (const { sequences } of rows) {
    expect(sequences).toEqual(sequences.map((_: number, at: number) => at + 1));
  }
});
