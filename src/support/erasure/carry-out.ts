import type pg from 'pg';
import type { UserIdentity } from '../../config/user-identity.ts';
import { whileAlone } from '../../db/alone.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import type { Person } from '../../model/person.ts';
import { type Key, readPage, scrubRows } from './pages.ts';
import { STEPS, type Step } from './places.ts';
import { createScrubber, type Scrubber } from './scrubber.ts';

/** An erasure as anybody may read of it. */
export type Erasure = Readonly<{
  erasure: number;
  /** What stands in place of the user's id now. */
  pseudonym: string;
  finished: boolean;
  /** How many rows of each table were changed so far. */
  counts: Readonly<Record<string, number>>;
}>;

/** @throws Error where there is none of that number */
export const readErasure = async (pool: pg.Pool, id: number): Promise<Erasure> => {
  const { rows } = await pool.query<Erasure>(
    `select id::int as erasure, pseudonym, finished_at is not null as finished, counts
       from reconciler.erasures where id = $1`,
    [id],
  );
  if (rows[0] === undefined) throw new Error(`there is no erasure ${id}`);
  return rows[0];
};

/** The step before all others: from then on nothing of them is stored that isn't newer. */
const MARKING = 0;

type Stored = { pseudonym: string; person: Person | null; step: number; cursor: Key | null };

/**
 * Does what is left of an erasure: a page a transaction, each of which notes how far it came, so that it goes on
 * there after a crash. One process at a time, and in each process one erasure at a time: each takes two connections of
 * those that everybody here shares.
 *
 * @param signal ends it after the page that is under way
 * @returns whether it is finished; false, too, while another process is at it
 */
export const finishErasure = async (
  pool: pg.Pool,
  id: number,
  identity: UserIdentity,
  signal: AbortSignal,
): Promise<boolean> => {
  if (AT_IT.has(pool)) return false;
  AT_IT.add(pool);
  try {
    const finished = await whileAlone(pool, `seam-reconciler erasure ${id}`, signal, stop =>
      goOn(pool, id, identity, stop),
    );
    return finished ?? false;
  } finally {
    AT_IT.delete(pool);
  }
};

/** Pools in which an erasure is under way. */
const AT_IT = new WeakSet<pg.Pool>();

const goOn = async (
  pool: pg.Pool,
  id: number,
  identity: UserIdentity,
  signal: AbortSignal,
): Promise<boolean> => {
  const { rows } = await pool.query<Stored>(
    'select pseudonym, person, step, cursor from reconciler.erasures where id = $1',
    [id],
  );
  const [stored] = rows;
  if (stored?.person === null || stored === undefined) return stored !== undefined;
  const who = createScrubber(stored.person, stored.pseudonym, identity);
  let { step, cursor } = stored;
  if (step === MARKING) {
    await mark(pool, stored.person);
    step++;
    await pool.query('update reconciler.erasures set step = $2 where id = $1', [id, step]);
  }
  for (let of = STEPS[step - 1]; of !== undefined; of = STEPS[step - 1]) {
    if (signal.aborted) return false;
    const { place, way } = of;
    const { found, next } = await readPage(pool, place, way, who, cursor);
    const keys = found.filter(({ row }) => place.scrub(row, who, way === 'own')).map(f => f.key);
    step = next === null ? step + 1 : step;
    cursor = next;
    await scrubPage(pool, id, of, who, keys, { step, cursor });
  }
  await pool.query(
    `update reconciler.erasures set finished_at = now(), person = null, cursor = null where id = $1`,
    [id],
  );
  return true;
};

const AT_A_TIME = 100;

/** A few rows a transaction, so that none is locked for long; only the last notes that the page is done. */
const scrubPage = async (
  pool: pg.Pool,
  id: number,
  { place, way }: Step,
  who: Scrubber,
  keys: readonly Key[],
  at: { step: number; cursor: Key | null },
): Promise<void> => {
  for (let from = 0; from === 0 || from < keys.length; from += AT_A_TIME) {
    const isLast = from + AT_A_TIME >= keys.length;
    await inTransactionWithRetries(pool, async client => {
      const some = keys.slice(from, from + AT_A_TIME);
      const changed = some.length === 0 ? 0 : await scrubRows(client, place, way, who, some);
      await client.query(
        `update reconciler.erasures
            set step = case when $2 then $3 else step end, cursor = case when $2 then $4::jsonb else cursor end,
                counts = case when $6 = 0 then counts
                              else counts || jsonb_build_object($5::text, coalesce((counts->>$5)::int, 0) + $6) end
          where id = $1`,
        [
          id,
          isLast,
          at.step,
          at.cursor === null ? null : JSON.stringify(at.cursor),
          place.table,
          changed,
        ],
      );
    });
  }
};

/**
 * From here on no run stores anything of them that isn't newer: each waits for the run that is under way, as it
 * locks what that writes. In the order of their keys, as everywhere.
 */
const mark = async (pool: pg.Pool, { subjects, accountIds }: Person): Promise<void> => {
  const inPages = async (
    ids: readonly string[],
    work: (client: Client, page: readonly string[]) => Promise<unknown>,
  ): Promise<void> => {
    for (let from = 0; from < ids.length; from += AT_A_TIME) {
      const page = ids.slice(from, from + AT_A_TIME);
      await inTransactionWithRetries(pool, client => work(client, page));
    }
  };
  await inPages(subjects.toSorted(), (client, page) =>
    client.query(
      `with own as (
         select subject from reconciler.reconciliations
          where subject = any($1) order by subject for no key update)
       update reconciler.reconciliations r set erased_at = now() from own where r.subject = own.subject`,
      [page],
    ),
  );
  for (const accountId of accountIds.toSorted()) {
    await inTransactionWithRetries(pool, async client => {
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [accountId]);
      await client.query(
        'update reconciler.connected_accounts set erased_at = now() where connected_account_id = $1',
        [accountId],
      );
    });
  }
};
