import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plain, userWords, wordsQuery } from '../../src/db/search-words.ts';
import { trigramSchema } from '../../src/db/trigrams.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

/* What an index and a question make of a text: the same in every database, also of the locale `C`. */

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const one = async (sql: string, ...values: unknown[]): Promise<unknown> =>
  (await database.pool.query<{ one: unknown }>(`select ${sql} as one`, values)).rows[0]?.one;

test.each([
  ['Zoë MÜLLER', 'zoe muller'],
  ['Ørsted, Łódź, Straße, Æon', 'orsted, lodz, strasse, aeon'],
  ['ΑΛΈΞΑΝΔΡΟΣ', 'αλεξανδροσ'],
  ['ИВАНОВ Ёлкин', 'иванов елкин'],
  ['Ｆｕｌｌ', 'full'],
])('%s is %s', async (text, expected) => {
  expect(await one(plain('$1::text'), text)).toBe(expected);
});

describe('words', () => {
  const matches = (text: string, asked: string, isWhole = false) =>
    one(
      `${userWords(['$1::text'])} @@ ${wordsQuery('$2::text', '$3::boolean')}`,
      text,
      asked,
      isWhole,
    );

  test.each([
    ['Zoë Müller', 'mull zo', false],
    ['Zoë Müller', 'mull zoe', true],
    ['O’Brien', "o'brien", true],
    ['ada.lovelace@locks.example', 'LOVELACE', true],
    ['John', 'jo', false],
  ])('%s is called %s: %s', async (text, asked, expected) => {
    expect(await matches(text, asked)).toBe(expected);
  });

  test('that must be whole don’t go on', async () => {
    expect(await matches('Lovelace', 'love', true)).toBe(false);
  });

  test('of no text are no question, and what is no word breaks none', async () => {
    expect(await matches('Ada', "-- ' \\ :* & |")).toBeNull();
    expect(await matches('Ada', "ada' | \\")).toBe(true);
  });
});

test('a name of any length and form is kept, whoever writes it', async () => {
  // One letter of the last but one is six of three bytes each, once it is taken apart.
  const names = ['x'.repeat(100_000), '💥'.repeat(5_000), `${'é'.repeat(400)} +`, '', ' ', '+49'];
  names.push('㌖'.repeat(400), 'ﷺ'.repeat(400));
  for (const [n, name] of names.entries()) {
    await database.pool.query(
      `insert into reconciler.connected_accounts
              (connected_account_id, display_name, user_identifier, custom_metadata, errors, warnings,
               accepted_capabilities, read_by_run)
       values ($1, $2, $3, '{}', '[]', '[]', '[]', 1)`,
      [`a${n}`, name, { email: name, phone: name, username: 7 }],
    );
    await database.pool.query('insert into reconciler.users (id, name) values ($1, $2)', [n, name]);
  }
});

test('migrate installs pg_trgm where it may, and builds what needs it', async () => {
  expect(await trigramSchema(database.pool)).toBe('public');
  const { rows } = await database.pool.query(
    `select indexname from pg_indexes where schemaname = 'reconciler' and indexname like '%trigrams%' order by 1`,
  );
  expect(rows.map(({ indexname }) => indexname)).toEqual([
    'accounts_trigrams_idx',
    'users_trigrams_idx',
  ]);
});
