import type pg from 'pg';
import type { UsersTable } from '../config/users-table.ts';
import { type Client, inTransaction } from '../db/client.ts';
import { plain, userPlain, userWords, wordsQuery } from '../db/search-words.ts';
import { isLike, likeness, trigramSchema } from '../db/trigrams.ts';
import { qualifiedName, quote } from './names.ts';

/** A user of the app as support staff know them. */
export type Profile = Readonly<{ userId: string; name: string | null; email: string | null }>;

/** How a table of users is searched by words. */
export type WordIndex = Readonly<{
  /** Whether an index serves it. */
  isThere: boolean;
  /** About how many users there are. */
  users: number;
  /** Whether so many can't be gone through while a person waits. */
  isNeeded: boolean;
  /** The statement that makes it. */
  create: string;
}>;

/** Users by what they are called, of the app's own table. All throw what Postgres throws. */
export type Called = Readonly<{
  /** By all of these words; null: there are too many without an index. */
  byWords: (words: string, areWhole: boolean, limit: number) => Promise<Profile[] | null>;
  /** By what is nearly these words; none where that would take long. */
  alike: (words: string, limit: number) => Promise<Profile[]>;
  /** Null where no column is set in which it would look. */
  wordIndex: () => Promise<WordIndex | null>;
}>;

/** What can be gone through from end to end while a person waits. */
const MOST_WITHOUT_INDEX = 20_000;
const WORDS_MS = 1_200;
const ALIKE_MS = 400;

const planOf = async (
  client: Pick<Client, 'query'>,
  statement: string,
  values: unknown[] = [],
): Promise<string> => {
  const { rows } = await client.query<{ 'QUERY PLAN': unknown }>(
    `explain (format json) ${statement}`,
    values,
  );
  return JSON.stringify(rows[0]?.['QUERY PLAN'] ?? '');
};

/** @param columns SQL: what of a row makes a profile */
export const createCalled = (pool: pg.Pool, users: UsersTable, columns: string): Called => {
  const table = qualifiedName(users);
  const named = [users.nameColumn, users.emailColumn].filter(column => column !== null);
  const texts = named.map(column => `${quote(column)}::text`);
  const words = userWords(texts);
  const haveWords = (areWhole: string): string => `${words} @@ ${wordsQuery('$1::text', areWhole)}`;

  /** By what Postgres plans: their table may be a view, and their index any that serves. */
  const isIndexed = async (client: Client, where: string, values: unknown[]): Promise<boolean> => {
    await client.query('set local enable_seqscan = off');
    return !(await planOf(client, `select from ${table} where ${where}`, values)).includes(
      '"Seq Scan"',
    );
  };
  const usersIn = async (client: Client): Promise<number> =>
    Number(/"Plan Rows":(\d+)/.exec(await planOf(client, `select from ${table}`))?.[1] ?? 0);

  const readIndex = async (client: Client): Promise<WordIndex> => {
    const number = await usersIn(client);
    return {
      isThere: await isIndexed(client, haveWords('false'), ['a']),
      users: number,
      isNeeded: number > MOST_WITHOUT_INDEX,
      create: `create index concurrently on ${table} using gin ((${words}))`,
    };
  };

  /** Gone through only where that is quick. */
  const within = (client: Client, isThere: boolean, ms: number): Promise<unknown> =>
    client.query(
      `set local statement_timeout = ${ms}; set local enable_seqscan = ${isThere ? 'off' : 'on'}`,
    );

  const byWords: Called['byWords'] = async (given, areWhole, limit) => {
    if (named.length === 0) return [];
    return inTransaction(pool, async client => {
      const { isThere, isNeeded } = await readIndex(client);
      if (isNeeded && !isThere) return null;
      await within(client, isThere, WORDS_MS);
      const { rows } = await client.query<Profile>(
        `select ${columns} from (select * from ${table} where ${haveWords('$2::boolean')} limit ${limit}) u order by 1`,
        [given, areWhole],
      );
      return rows;
    });
  };

  const alike: Called['alike'] = async (given, limit) => {
    if (named.length === 0) return [];
    return inTransaction(pool, async client => {
      const schema = await trigramSchema(client);
      if (schema === null) return [];
      const text = `(${userPlain(texts)})`;
      const asked = `(${plain('$1::text')})`;
      const isMany = (await usersIn(client)) > MOST_WITHOUT_INDEX;
      const isThere = await isIndexed(client, isLike(schema, asked, text), [given]);
      if (isMany && !isThere) return [];
      await within(client, isThere, ALIKE_MS);
      const { rows } = await client.query<Profile>(
        `select ${columns} from ${table} where ${isLike(schema, asked, text)}
          order by ${likeness(schema, asked, text)} desc, 1 limit ${limit}`,
        [given],
      );
      return rows;
    });
  };

  return {
    byWords,
    alike,
    wordIndex: async () => (named.length === 0 ? null : inTransaction(pool, readIndex)),
  };
};
