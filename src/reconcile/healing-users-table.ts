import type pg from 'pg';
import { triedOnce } from '../books/changes.ts';
import { readInOrder } from '../db/read-in-order.ts';
import type { Subject } from '../model/subject.ts';
import type { UserDirectory } from '../users/directory.ts';
import { UsersTableError } from '../users/errors.ts';
import { SOON_SECONDS } from './healing.ts';

/*
 * What failed, or waits, because the users table could not be used. That a look-up of nobody succeeds says little of
 * real ones: a table that is slow fails only those that come together, and a partition may be locked. So a few are
 * put back first, and more only as these end otherwise.
 */

const FIRST = 5;
const MOST = 500;
/** Turns (of 15 s each) that are passed over at most while what is put back fails again: 10 minutes. */
const MOST_TURNS = 40;
/** Turns in which what was put back may be looked at: its workspace may be paused, its worker busy. */
const PATIENCE_TURNS = 4;

/** How it stands between two turns. */
export type UsersTableHealing = Readonly<{
  /** What was put back last, by the database's clock; null: nothing of which it isn't known what it came to. */
  putBack: Readonly<{ subjects: readonly Subject[]; at: string }> | null;
  /** How many are put back next. */
  size: number;
  /** Turns for which `putBack` has been waited for. */
  waited: number;
  /** Turns that are still passed over; and how many were, the last time that most failed again. */
  rest: number;
  lastRest: number;
}>;
export const NOTHING_PUT_BACK: UsersTableHealing = {
  putBack: null,
  size: FIRST,
  waited: 0,
  rest: 0,
  lastRest: 0,
};

/** How many of those that were put back last have not been looked at yet, failed for the same reason, or didn't. */
export type Endings = Readonly<{ waiting: number; again: number; otherwise: number }>;

/**
 * What follows from how those ended that were put back. Pure.
 *
 * @returns where `putBack` is not null, it is waited for; where `rest` isn't 0, nothing is put back now
 */
export const judgeEndings = (
  before: UsersTableHealing,
  { waiting, again, otherwise }: Endings,
): UsersTableHealing => {
  if (waiting > 0 && before.waited < PATIENCE_TURNS) {
    return { ...before, waited: before.waited + 1 };
  }
  const known = { ...before, putBack: null, waited: 0 };
  if (again > otherwise) {
    const rest = Math.min(MOST_TURNS, Math.max(1, before.lastRest * 2));
    return { ...known, size: FIRST, rest, lastRest: rest };
  }
  if (otherwise === 0) return { ...known, size: FIRST };
  // Some failed again: those that didn't are fewer to come, so this ends, too.
  if (again > 0) return { ...known, lastRest: 0 };
  return { ...known, size: Math.min(MOST, known.size * 10), lastRest: 0 };
};

/**
 * Takes one turn. Each that is put back has one look: its tries don't begin anew, so that what fails whatever is done is
 * given up all the same. Asks their table only where there is such a thing, or where the last answer was that it can't be
 * used (or there was none yet): by that others are told how we are.
 *
 * @returns how many were put back, and how the next turn begins
 * @throws what the database throws
 */
export const healUsersTable = async (
  { pool, users }: Readonly<{ pool: pg.Pool; users: Pick<UserDirectory, 'check' | 'lastFault'> }>,
  before: UsersTableHealing,
): Promise<{ healed: number; next: UsersTableHealing }> => {
  if (users.lastFault() !== null && !(await isReadable(users))) {
    return { healed: 0, next: NOTHING_PUT_BACK };
  }
  if (before.rest > 0) return { healed: 0, next: { ...before, rest: before.rest - 1 } };
  const next =
    before.putBack === null
      ? before
      : judgeEndings(before, await readEndings(pool, before.putBack));
  if (next.putBack !== null || next.rest > 0) return { healed: 0, next };
  const subjects = await readForWantOfUsers(pool, next.size);
  if (subjects.length === 0 || !(await isReadable(users))) {
    return { healed: 0, next: NOTHING_PUT_BACK };
  }
  const putBack = await putBackOnce(pool, subjects);
  return { healed: putBack?.subjects.length ?? 0, next: { ...next, putBack } };
};

const isReadable = async (users: Pick<UserDirectory, 'check'>): Promise<boolean> => {
  try {
    await users.check();
    return true;
  } catch (error) {
    // Each that waits for it says so.
    if (error instanceof UsersTableError) return false;
    throw error;
  }
};

/** Those that have waited longest first, of what a look isn't due of anyway. */
const readForWantOfUsers = async (pool: pg.Pool, size: number): Promise<Subject[]> => {
  const next = (state: string, isReady: string): string => `
    (select subject, updated_at from reconciler.reconciliations
      where reason = 'users_table_unusable' and state = '${state}' and ${isReady}
      order by updated_at, subject limit $1)`;
  const rows = await readInOrder<{ subject: Subject; updated_at: Date }>(
    pool,
    `${next('failed', 'true')} union all
     ${next('retrying', `due_at > now() + ${SOON_SECONDS} * interval '1 s'`)}`,
    [size],
  );
  return rows
    .toSorted((one, other) => one.updated_at.getTime() - other.updated_at.getTime())
    .slice(0, size)
    .map(row => row.subject);
};

const putBackOnce = async (
  pool: pg.Pool,
  subjects: readonly Subject[],
): Promise<UsersTableHealing['putBack']> => {
  const { rows } = await pool.query<{ subject: Subject; at: string }>({
    name: 'try-users-table-once',
    text: `
      with own as (
        -- What a run has in hand sees for itself.
        select subject from reconciler.reconciliations
         where subject = any($1) and reason = 'users_table_unusable' and state in ('failed', 'retrying')
           and (leased_until is null or leased_until <= now())
         order by subject for update skip locked
      )
      update reconciler.reconciliations r set ${triedOnce("'healing'")}
        from own where r.subject = own.subject
      returning r.subject, now()::text as at`,
    values: [subjects],
  });
  const [first] = rows;
  return first === undefined ? null : { subjects: rows.map(row => row.subject), at: first.at };
};

const readEndings = async (
  pool: pg.Pool,
  { subjects, at }: NonNullable<UsersTableHealing['putBack']>,
): Promise<Endings> => {
  const { rows } = await pool.query<Endings>({
    name: 'tried-users-table-once',
    text: `
      select count(*) filter (where not is_over)::int as waiting,
             count(*) filter (where is_over and is_same)::int as again,
             count(*) filter (where is_over and not is_same)::int as otherwise
        from reconciler.reconciliations
       cross join lateral (select updated_at > $2::timestamptz as is_over,
                                  reason is not distinct from 'users_table_unusable' as is_same) e
       where subject = any($1)`,
    values: [subjects, at],
  });
  return rows[0] ?? { waiting: 0, again: 0, otherwise: 0 };
};
