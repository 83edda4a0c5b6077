import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import { createProfiles } from '../../src/users/profiles.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';

/*
 * Which ids of theirs an id from the metadata means, for the types beyond text, uuid and whole numbers (directory.test.ts)
 * and for what domains are made of. Looked up one by one, many at once and for healing: always the same.
 */

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('template0');
  await database.pool.query(`
    create schema extensions;
    create extension citext schema extensions;
    create collation no_capitals (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    create domain code as char(5);
    create domain name_of_user as extensions.citext check (value <> 'ADA');
    create domain outer_code as code;
    create domain whole as numeric(20, 0);
  `);
});
afterAll(() => database[Symbol.asyncDispose]());

let tables = 0;
/** A directory of a table of its own, with these ids. */
const withUsers = async (type: string, ids: readonly string[]) => {
  const table = `users_${++tables}`;
  await database.pool.query(`create table ${table} (id ${type})`);
  for (const id of ids) await database.pool.query(`insert into ${table} values ($1)`, [id]);
  const settings = { schema: 'public', table, idColumn: 'id' };
  // A pool of its own, as each process has: what is prepared is of one table.
  const own = openDatabase({ url: database.url, name: 'test', max: 1, log: silentLog });
  const directory = createUserDirectory(own.pool, settings);
  const columns = { ...settings, nameColumn: null, emailColumn: null };
  return { own, directory, profiles: createProfiles(own.pool, directory, columns) };
};

const NONE = { kind: 'none' };
const found = (userId: string) => ({ kind: 'found', userId });
const impossible = (why: RegExp) => ({ kind: 'impossible', why: expect.stringMatching(why) });
const SEVERAL = impossible(/several/);

const UUID = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';

type Meaning = readonly [id: string, answer: Readonly<{ kind: string }>];
type Ids = Readonly<{ type: string; ids: readonly string[]; means: readonly Meaning[] }>;
const TYPES: readonly Ids[] = [
  {
    type: 'extensions.citext',
    ids: ['Ada', 'bob', 'Eve', 'EVE'],
    means: [
      ['ada', found('Ada')],
      ['BOB', found('bob')],
      // Spelt as one of the two has it, it means that one.
      ['Eve', found('Eve')],
      ['EVE', found('EVE')],
      ['eve', SEVERAL],
      ['bob ', NONE],
      ['carol', NONE],
      ['bob\0', impossible(/characters/)],
    ],
  },
  {
    type: 'name_of_user',
    ids: ['bob'],
    // What the domain doesn't allow is nobody's id, and no SQL error.
    means: [
      ['Bob', found('bob')],
      ['ada', NONE],
    ],
  },
  {
    type: 'text collate no_capitals',
    ids: ['Ada', 'Eve', 'EVE'],
    means: [
      ['ada', found('Ada')],
      ['eve', SEVERAL],
      ['EVE', found('EVE')],
    ],
  },
  ...['char(5)', 'code', 'outer_code'].map(
    (type): Ids => ({
      type,
      ids: ['ada', 'adama'],
      // It pads with blanks, which count for nothing; too long an id isn't cut to fit.
      means: [
        ['ada', found('ada')],
        ['ada  ', found('ada')],
        [' ada', NONE],
        ['Ada', NONE],
        ['adama', found('adama')],
        ['adamant', NONE],
        ['ada\0', impossible(/characters/)],
      ],
    }),
  ),
  {
    type: 'numeric',
    ids: ['1', '1.0', '2.50', '7'],
    means: [
      ['1', found('1')],
      ['1.0', found('1.0')],
      ['1.00', SEVERAL],
      ['7.0', found('7')],
      ['2.5', found('2.50')],
      ['9'.repeat(400), NONE],
      ['-7', NONE],
      ...[
        '07',
        '+7',
        '7e0',
        ' 7',
        '7.',
        '.7',
        '-0',
        '-0.0',
        '0x7',
        'NaN',
        'Infinity',
        '',
        '7\n',
      ].map((id): Meaning => [id, impossible(/numbers/)]),
    ],
  },
  {
    type: 'whole',
    ids: ['7'],
    means: [
      ['7', found('7')],
      ['7.0', found('7')],
      ['8', NONE],
    ],
  },
  {
    type: 'uuid',
    ids: [UUID],
    // In all forms that Postgres takes.
    means: [
      [UUID.replaceAll('-', ''), found(UUID)],
      [`{${UUID.toUpperCase()}}`, found(UUID)],
      ['a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11', found(UUID)],
      ...[`{${UUID}`, `${UUID}}`, UUID.replace('-', '--'), `urn:uuid:${UUID}`, `-${UUID}`].map(
        (id): Meaning => [id, impossible(/UUIDs/)],
      ),
    ],
  },
];

describe.each(TYPES)('ids of type $type', ({ type, ids, means }) => {
  test('mean whom Postgres says that they equal, asked in any way', async () => {
    const { own, directory, profiles } = await withUsers(type, ids);
    await using _own = own;
    const asked = means.map(([id]) => id);
    for (const [id, answer] of means) {
      expect({ id, ...(await directory.find(id)) }).toEqual({ id, ...answer });
    }
    expect(await directory.findAll(asked)).toEqual(new Map<string, unknown>(means));
    const ofSomebody = means.filter(([, answer]) => answer === SEVERAL || answer.kind === 'found');
    expect(new Set(await directory.filter(asked))).toEqual(new Set(ofSomebody.map(([id]) => id)));
    const shown = await profiles.ofIds({ role: 'admin' }, ids);
    expect([...shown.keys()].toSorted()).toEqual([...ids].toSorted());
  });
});
