import type pg from 'pg';
import { identifierFor, type Viewer, wordsFor } from '../access/mask.ts';
import type { UsersTable } from '../config/config.ts';
import { sqlState } from '../db/errors.ts';
import {
  qualifiedName,
  quote,
  type UserDirectory,
  UsersTableError,
  whyImpossible,
} from './directory.ts';

/** A user of the app as support staff know them. */
export type Profile = Readonly<{ userId: string; name: string | null; email: string | null }>;

/** A user as this person may see them: there are tables where the name is the e-mail. */
export const profileFor = (viewer: Viewer, { name, email, ...profile }: Profile): Profile => ({
  ...profile,
  name: name && wordsFor(viewer, name),
  email: identifierFor(viewer, email),
});

/** Names and e-mails of users, from the app's own table; where no column is set there are none. */
export type Profiles = Readonly<{
  /** @returns the profile of each id that is a user's @throws UsersTableError, and what Postgres throws */
  ofIds: (ids: readonly string[]) => Promise<ReadonlyMap<string, Profile>>;
  /** Users with this very id or e-mail (upper or lower case). @throws UsersTableError, and what Postgres throws */
  exactly: (text: string) => Promise<Profile[]>;
  /** Users with this very id, or whose name or e-mail begins so. @throws UsersTableError, and what Postgres throws */
  search: (text: string, limit: number) => Promise<Profile[]>;
}>;

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
/** Postgres can't hold anything else in a text, and so no user has it. */
const isText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** What is of their table, and not of the database: a column that isn't there, a right, a lock, its size. */
const OF_THEIR_TABLE = /^(42|3F|55P03|57014)/;

/** @param directory of the same table: it knows what type the ids are of */
export const createProfiles = (
  pool: pg.Pool,
  directory: Pick<UserDirectory, 'check'>,
  users: UsersTable,
): Profiles => {
  const table = qualifiedName(users);
  const id = quote(users.idColumn);
  const optional = (column: string | null): string =>
    column === null ? 'null::text' : `${quote(column)}::text`;
  const name = optional(users.nameColumn);
  const email = optional(users.emailColumn);
  const columns = `${id}::text as "userId", ${name} as name, ${email} as email`;
  const read = async (text: string, values: unknown[]): Promise<Profile[]> => {
    try {
      const { rows } = await pool.query<Profile>(
        `select ${columns} from ${table} where ${text}`,
        values,
      );
      return rows;
    } catch (cause) {
      const state = sqlState(cause) ?? '';
      if (!OF_THEIR_TABLE.test(state)) throw cause;
      const message = `Names and e-mails can't be read from ${table} (SQLSTATE ${state}).`;
      throw new UsersTableError(message, { cause });
    }
  };

  const ofIds = async (ids: readonly string[]): Promise<Profile[]> => {
    const type = await directory.check();
    const possible = ids.filter(wanted => whyImpossible(type, wanted) === null);
    if (possible.length === 0) return [];
    // Compared as what they are, so that the table's own index serves.
    return read(`${id} = any($1::pg_catalog.${type}[])`, [possible]);
  };
  const others = async (condition: string, values: unknown[], limit: number) =>
    read(`${condition} order by 1 limit ${limit}`, values);

  return {
    ofIds: async ids => new Map((await ofIds(ids)).map(profile => [profile.userId, profile])),
    exactly: async text => {
      if (!isText(text)) return [];
      const byEmail =
        users.emailColumn === null ? [] : await others(`lower(${email}) = lower($1)`, [text], 20);
      return unique([...(await ofIds([text])), ...byEmail]);
    },
    search: async (text, limit) => {
      if (!isText(text) || text.trim() === '') return [];
      const begins = `(lower(${email}) like lower($1) or lower(${name}) like lower($1))`;
      const found = await others(begins, [`${escapeLike(text.trim())}%`], limit);
      return unique([...(await ofIds([text.trim()])), ...found]).slice(0, limit);
    },
  };
};

const unique = (profiles: readonly Profile[]): Profile[] => [
  ...new Map(profiles.map(profile => [profile.userId, profile])).values(),
];
