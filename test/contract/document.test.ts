import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTRACT } from '../../src/db/public-views.ts';
import { MESSAGE_TYPES, type MessageData } from '../../src/model/message.ts';
import { blocksOf, headingsIn, namesIn, rowsIn, sectionOf } from '../fixtures/contract-document.ts';
import { CONTRACTS } from '../fixtures/contracts.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

/* docs/contract.md says what is there, all of it, and nothing else. */

const VIEWS = CONTRACTS[`${CONTRACT.major}.${CONTRACT.minor}`] ?? {};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

describe('the views', () => {
  test('are all there', () => {
    expect(headingsIn(sectionOf('## Reading by SQL'), 3)).toEqual(Object.keys(VIEWS));
  });

  test.each(Object.entries(VIEWS))('%s has its columns, with their types', (view, columns) => {
    const rows = rowsIn(sectionOf(`### \`${view}\``));
    const told = rows.map(([name, type]) => [namesIn(name)[0], type]);
    expect(told).toEqual(Object.entries(columns));
  });

  test('are read by each SQL example', async () => {
    const examples = blocksOf('sql');
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) await database.pool.query(example);
  });
});

test('Prisma’s view has each column of user_accounts, with its type', () => {
  const [schema = ''] = blocksOf('prisma');
  const [, view] =
    /^view UserAccount \{.*?@@map\("(\w+)"\)\n {2}@@schema\("reconciler_public"\)/ms.exec(schema) ??
    [];
  expect(view).toBe('user_accounts');
  const TYPES: Readonly<Record<string, string>> = {
    String: 'text',
    DateTime: 'timestamp with time zone',
    Int: 'integer',
    Boolean: 'boolean',
    BigInt: 'bigint',
  };
  const told = [...schema.matchAll(/^ {2}\w+ +(\w+)\?? .*?@map\("(\w+)"\)(.*)$/gm)].map(
    ([, type = '', column = '', more = '']) => {
      // Without it Prisma takes a timestamp for one without a zone.
      if (type === 'DateTime') expect(more).toContain('@db.Timestamptz');
      return [column, TYPES[type]];
    },
  );
  expect(told).toEqual(Object.entries(VIEWS.user_accounts ?? {}));
});

describe('the messages', () => {
  test('are of exactly these types', () => {
    expect(headingsIn(sectionOf('## Every type of message'), 3)).toEqual([...MESSAGE_TYPES]);
  });

  test('have exactly these fields', () => {
    const [common, own] = sectionOf('## Messages').split('and in `data`, by its type:');
    const told = rowsIn(common ?? '').flatMap(([name]) => namesIn(name));
    expect(told).toEqual([
      'type',
      'timestamp',
      ...[
        'message_id',
        'position',
        'about',
        'sequence',
        'workspace_id',
        'user_id',
        'connected_account_id',
        'connect_webview_id',
        'trace_id',
      ].map(field => `data.${field}`),
    ]);
    const FIELDS = {
      state: true,
      account_type: true,
      account_type_display_name: true,
      is_provisional: true,
      because: true,
      reason: true,
      claimed_user_id: true,
      description: true,
      before: true,
    } satisfies Record<keyof MessageData, true>;
    expect(rowsIn(own ?? '').flatMap(([name]) => namesIn(name))).toEqual(Object.keys(FIELDS));
  });
});
