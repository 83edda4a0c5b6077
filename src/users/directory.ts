import type pg from 'pg';
import { tellFault, UsersTableError } from './errors.ts';
import { type IdType, type Lookup, meant, whyImpossible } from './id-type.ts';
import { inspect, type Table } from './inspect.ts';
import { judge, type Usable } from './judge.ts';
import { qualifiedName, quote } from './names.ts';
import { faultOfTheirs } from './their-fault.ts';

/** Finds users in the app's own table, which we only read. */
export type UserDirectory = Readonly<{
  /** @throws UsersTableError when the table can't be used, or hides all users; else what Postgres throws */
  find: (id: string) => Promise<Lookup>;
  /** Finds many with one statement. @returns the answer for each id @throws like `find` */
  findAll: (ids: readonly string[]) => Promise<ReadonlyMap<string, Lookup>>;
  /** Which of these ids, as they are spelt here, are of users that we see. @throws like `find` */
  filter: (ids: readonly string[]) => Promise<string[]>;
  /**
   * Which of these ids mean the same user as this one. Of whom the table doesn't have (any more), those that its
   * column takes for equal.
   *
   * @throws like `find`
   */
  sameAs: (id: string, others: readonly string[]) => Promise<string[]>;
  /** The type of the ids, as it was when it was last read. @throws like `find` */
  idType: () => Promise<IdType>;
  /**
   * Tries all that a look-up needs, now.
   *
   * @returns the type of the ids, and what may hide some of the users
   * @throws like `find`
   */
  check: () => Promise<Readonly<{ idType: IdType; hidden: UsersTableError | null }>>;
  /** Whether the table has no users at all. @throws like `find` */
  isEmpty: () => Promise<boolean>;
  /**
   * What the last look-up or check came to, without asking the table: what is wrong with it, or null. Undefined
   * where it has answered none yet.
   */
  lastFault: () => UsersTableError | null | undefined;
}>;

/** An id of nobody, of each form. */
const NOBODY = ['', '00000000-0000-0000-0000-000000000000', '0'];

/**
 * Opens the directory. What the table is like is read from the database once, at first use, and again whenever
 * something doesn't go as it should.
 *
 * @param table their table; without a schema it is found as Postgres finds it (search_path)
 */
export const createUserDirectory = (pool: pg.Pool, table: Table): UserDirectory => {
  const name = qualifiedName(table);
  const column = `theirs.${quote(table.idColumn)}`;
  let known: Promise<Usable> | undefined;
  let lastFault: UsersTableError | null | undefined;

  const readAnew = (): Promise<Usable> => {
    const read = inspect(pool, table).then(facts => judge(table, facts));
    known = read;
    read.catch(() => {
      if (known === read) known = undefined; // The next caller asks again: it may be mended by then.
    });
    return read;
  };

  /** Remembers what it came to. An outage of the database says nothing of their table. */
  const noted =
    <Given extends unknown[], T>(asked: (...given: Given) => Promise<T>) =>
    async (...given: Given): Promise<T> => {
      try {
        const answer = await asked(...given);
        lastFault = null;
        return answer;
      } catch (error) {
        if (error instanceof UsersTableError) lastFault = error;
        throw error;
      }
    };

  /** Reads from their table, and says in their words what is wrong with it. */
  const ask = async <T>(read: (usable: Usable) => Promise<T>): Promise<T> => {
    const usable = await (known ?? readAnew());
    try {
      return await read(usable);
    } catch (error) {
      known = undefined;
      const fault = faultOfTheirs(error, name, usable.kind);
      if (fault === null) throw error;
      await readAnew(); // Where that tells what is wrong, it tells more.
      throw fault;
    }
  };

  const isEmpty = (): Promise<boolean> =>
    ask(async () => {
      const { rows } = await pool.query(`select from ${name} limit 1`);
      return rows.length === 0;
    });

  /**
   * Whom we don't find may only be hidden from us: what that depends on may have changed since it was read.
   *
   * @returns what may hide some of the users
   * @throws UsersTableError when we see nobody for it
   */
  const readHidden = async (): Promise<UsersTableError | null> => {
    const { hidden } = await readAnew();
    if (hidden === null) return null;
    if (hidden.hides === 'all' || (await isEmpty())) throw hidden.fault;
    return hidden.fault;
  };

  const nobody = async (): Promise<Lookup> => {
    const hidden = await readHidden();
    return hidden === null ? { kind: 'none' } : { kind: 'none', hidden: tellFault(hidden) };
  };

  const spellings = async ({ idType }: Usable, id: string): Promise<string[]> => {
    const { rows } = await pool.query<{ id: string }>({
      name: `find-user-by-${idType.key}`,
      // Each spelling once: for most types there is no more than one.
      text: `select ${column}::text collate "C" as id from ${name} theirs
              where ${column} ${idType.equals} $1::${idType.sql} group by 1`,
      values: [id],
    });
    return rows.map(row => row.id);
  };

  const find = async (id: string): Promise<Lookup> => {
    const found = await ask(async usable => {
      const why = whyImpossible(usable.idType.name, id);
      if (why !== null) return { kind: 'impossible', why } as const;
      return meant(id, await spellings(usable, id));
    });
    return found.kind === 'none' ? nobody() : found;
  };

  const findAll = async (ids: readonly string[]): Promise<ReadonlyMap<string, Lookup>> => {
    const all = await ask(async ({ idType }) => {
      const possible = ids.filter(id => whyImpossible(idType.name, id) === null);
      const { rows } = await pool.query<{ asked: string; id: string }>({
        name: `find-users-by-${idType.key}`,
        text: `select given.asked, ${column}::text collate "C" as id
                 from unnest($1::text[]) as given(asked)
                 join ${name} theirs on ${column} ${idType.equals} given.asked::${idType.sql}
                group by 1, 2`,
        values: [possible],
      });
      const found = Map.groupBy(rows, row => row.asked);
      return ids.map((id): [string, Lookup] => {
        const why = whyImpossible(idType.name, id);
        if (why !== null) return [id, { kind: 'impossible', why }];
        return [id, meant(id, found.get(id)?.map(row => row.id) ?? [])];
      });
    });
    if (!all.some(([, { kind }]) => kind === 'none')) return new Map(all);
    const none = await nobody();
    return new Map(all.map(([id, found]) => [id, found.kind === 'none' ? none : found]));
  };

  /** Whom a look-up finds is not asked for: their column alone says how ids are compared (its collation, too). */
  const equalTo = (id: string, others: readonly string[]): Promise<string[]> =>
    ask(async ({ idType }) => {
      const possible = others.filter(other => whyImpossible(idType.name, other) === null);
      const { rows } = await pool.query<{ other: string }>(
        `select other from unnest($2::text[]) as other
          where exists (select from (select ${column} from ${name} theirs where false
                                      union all select $1::${idType.sql}) as one(id)
                         where one.id ${idType.equals} other::${idType.sql})`,
        [id, possible],
      );
      return rows.map(row => row.other);
    });

  const sameAs = async (id: string, others: readonly string[]): Promise<string[]> => {
    if (others.length === 0) return [];
    const asked = await find(id);
    if (asked.kind === 'impossible') return [];
    if (asked.kind === 'none') return equalTo(id, others);
    const found = await findAll(others);
    return others.filter(other => {
      const user = found.get(other);
      return user?.kind === 'found' && user.userId === asked.userId;
    });
  };

  return {
    find: noted(find),
    findAll: noted(findAll),
    sameAs,
    lastFault: () => lastFault,
    idType: async () => (await (known ?? readAnew())).idType,
    check: noted(async () => {
      const hidden = await readHidden();
      return ask(async usable => {
        const { idType } = usable;
        const id = NOBODY.find(each => whyImpossible(idType.name, each) === null);
        if (id !== undefined) await spellings(usable, id);
        return { idType, hidden };
      });
    }),
    isEmpty,
    filter: noted((ids: readonly string[]) =>
      ask(async ({ idType }) => {
        const possible = ids.filter(id => whyImpossible(idType.name, id) === null);
        if (possible.length === 0) return [];
        // Not named, so planned for so many ids: their index is used where it is worth it.
        const { rows } = await pool.query<{ asked: string }>(
          `select asked from unnest($1::text[]) as asked
            where exists (select 1 from ${name} theirs
                           where ${column} ${idType.equals} asked::${idType.sql})`,
          [possible],
        );
        return rows.map(row => row.asked);
      }),
    ),
  };
};
