import type pg from 'pg';
import { identifierFor, userIdFor, type Viewer, wordsFor } from '../access/mask.ts';
import type { UsersTable } from '../config/users-table.ts';
import { sqlState } from '../db/errors.ts';
import { describeError } from '../ops/log.ts';
import { createCalled, type Profile, type WordIndex } from './called.ts';
import type { UserDirectory } from './directory.ts';
import { UsersTableError } from './errors.ts';
import { whyImpossible } from './id-type.ts';
import { qualifiedName, quote } from './names.ts';

export type { Profile } from './called.ts';

/** A user as this person may see them: there are tables where the name is the e-mail. */
const profileFor = (viewer: Viewer, { userId, name, email }: Profile): Profile => ({
  userId: userIdFor(viewer, userId),
  name: wordsFor(viewer, name),
  email: identifierFor(viewer, email),
});

/** By the id in full, to look further with: what is shown of it is the profile's. */
export type Found = ReadonlyMap<string, Profile>;

/**
 * Names and e-mails of users, from the app's own table, as whoever asks may see them; where no column is set
 * there are none. All throw UsersTableError, and what Postgres throws.
 */
export type Profiles = Readonly<{
  /** Tries whether they can be read at all. */
  check: () => Promise<void>;
  /** Of these, those that are users'. */
  ofIds: (viewer: Viewer, ids: readonly string[]) => Promise<Found>;
  /** Users with one of these very ids or e-mails (upper or lower case). */
  exactly: (viewer: Viewer, texts: readonly string[]) => Promise<Found>;
  /**
   * Users whose name and e-mail have all of these words, in whatever case and without accents.
   *
   * @param options.areWhole whether a word must be there as a whole; else it may go on there
   * @returns null where their table is large, and no index of theirs serves that
   */
  called: (
    viewer: Viewer,
    words: string,
    options: { areWhole: boolean; limit: number },
  ) => Promise<Found | null>;
  /** Whose each of these e-mails is (upper or lower case), by the e-mail in lower case; null where no column has them. */
  idsByEmail: (emails: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]> | null>;
  /** Users with this very id, or whose name or e-mail has all of these words, or begins so. */
  search: (viewer: Viewer, text: string, limit: number) => Promise<Found>;
  /** Users who are called nearly so; none where the database has no pg_trgm, or their table no index for it and many rows. */
  alike: (viewer: Viewer, words: string, limit: number) => Promise<Found>;
  /** Whether `called` is quick; null where no column is set in which it would look. */
  wordIndex: () => Promise<WordIndex | null>;
}>;

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
/** Postgres can't hold anything else in a text, and so no user has it. */
const isText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** What is of their table, and not of the database: a column that isn't there or can't be searched, a right, a lock, its size. */
const OF_THEIR_TABLE = /^(0A|42|3F|55P03|57014)/;

/** What isn't there or may not be read: the words name no value. */
const OF_A_COLUMN = /^42/;

/** As many as share one: they are told apart by who looks. */
const MOST_OF_AN_EMAIL = 50;

/** @param directory of the same table: it knows what type the ids are of */
export const createProfiles = (
  pool: pg.Pool,
  directory: Pick<UserDirectory, 'idType'>,
  users: UsersTable,
): Profiles => {
  const table = qualifiedName(users);
  const id = quote(users.idColumn);
  const optional = (column: string | null): string =>
    column === null ? 'null::text' : `${quote(column)}::text`;
  const name = optional(users.nameColumn);
  const email = optional(users.emailColumn);
  const columns = `${id}::text as "userId", ${name} as name, ${email} as email`;
  const faultsOfTheirs = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (cause) {
      const state = sqlState(cause) ?? '';
      if (!OF_THEIR_TABLE.test(state)) throw cause;
      const why = OF_A_COLUMN.test(state) ? `: ${describeError(cause).message}` : '';
      throw new UsersTableError(
        `Names and e-mails can't be read from ${table}${why} (SQLSTATE ${state})`,
        {
          remedy: `Check USERS_NAME_COLUMN and USERS_EMAIL_COLUMN, and that our role may select them from ${table}.`,
          cause,
        },
      );
    }
  };
  const read = (text: string, values: unknown[]): Promise<Profile[]> =>
    faultsOfTheirs(async () => {
      const { rows } = await pool.query<Profile>(
        `select ${columns} from ${table} where ${text}`,
        values,
      );
      return rows;
    });

  const ofIds = async (ids: readonly string[]): Promise<Profile[]> => {
    const type = await directory.idType();
    const possible = ids.filter(wanted => whyImpossible(type.name, wanted) === null);
    if (possible.length === 0) return [];
    // Compared as what they are, so that the table's own index serves.
    return read(`${id} ${type.equals} any($1::${type.sql}[])`, [possible]);
  };
  const others = async (condition: string, values: unknown[], limit: number) =>
    read(`${condition} order by 1 limit ${limit}`, values);

  const called = createCalled(pool, users, columns);
  const readCalled = async (given: string, areWhole: boolean, limit: number) =>
    isText(given) ? faultsOfTheirs(() => called.byWords(given, areWhole, limit)) : [];

  return {
    check: async () => void (await read('false', [])),
    ofIds: async (viewer, ids) => byId(viewer, await ofIds(ids)),
    exactly: async (viewer, texts) => {
      const own = texts.filter(isText);
      const emails = own.filter(text => text.includes('@'));
      const byEmail =
        users.emailColumn === null || emails.length === 0
          ? []
          : await others(
              `lower(${email}) = any(array(select lower(given) from unnest($1::text[]) given))`,
              [emails],
              MOST_OF_AN_EMAIL,
            );
      return byId(viewer, [...(await ofIds(own)), ...byEmail]);
    },
    called: async (viewer, given, { areWhole, limit }) => {
      const found = await readCalled(given, areWhole, limit);
      return found === null ? null : byId(viewer, found);
    },
    idsByEmail: async emails => {
      if (users.emailColumn === null) return null;
      const asked = [...new Set(emails.filter(isText).map(each => each.toLowerCase()))];
      const found = await read(`lower(${email}) = any($1::text[])`, [asked]);
      const byEmail = Map.groupBy(found, profile => profile.email?.toLowerCase() ?? '');
      return new Map(
        asked.map(each => [each, byEmail.get(each)?.map(({ userId }) => userId) ?? []]),
      );
    },
    search: async (viewer, text, limit) => {
      const given = text.trim();
      if (!isText(text) || given === '') return new Map();
      const called = await readCalled(given, false, limit);
      const begins = `(lower(${email}) like lower($1) or lower(${name}) like lower($1))`;
      const found = called ?? (await others(begins, [`${escapeLike(given)}%`], limit));
      const all = byId(viewer, [...(await ofIds([given])), ...found]);
      return new Map([...all].slice(0, limit));
    },
    alike: async (viewer, given, limit) =>
      byId(viewer, isText(given) ? await faultsOfTheirs(() => called.alike(given, limit)) : []),
    wordIndex: () => faultsOfTheirs(called.wordIndex),
  };
};

const byId = (viewer: Viewer, profiles: readonly Profile[]): Found =>
  new Map(profiles.map(profile => [profile.userId, profileFor(viewer, profile)]));
