import type pg from 'pg';
import type { Subject } from '../model/subject.ts';
import type { Seam } from '../seam/client.ts';
import { answers } from '../seam/probe.ts';
import type { UserDirectory } from '../users/directory.ts';
import { AT_ONCE, PATIENCE_SPENT, requestLooks } from './request.ts';

/** So many ids are looked up in their table at a time: all of 100,000 have had their turn in five minutes. */
const IDS_AT_A_TIME = 5_000;
const SUBJECTS_AT_A_TIME = 500;
/** More of one page of users are left to the next round: it comes to them again as long as they wait. */
const SUBJECTS_AT_ONCE = 5_000;
/** A look that is due within so long finds the user by itself. */
const SOON_SECONDS = 15;
/**
 * What fails although Seam answers, of all subjects alone, is not healed again and again: it is looked at
 * once a week, and rests in the list of failures in between.
 */
const HEALED_ONCE_IN_DAYS = 7;
/** So many of the latest failures are gone through for those that were never put back. */
const LATEST = 5_000;

/** Whom the next turn begins after; '' at the beginning. */
export type Cursor = string;
export const FROM_THE_START: Cursor = '';

/**
 * Puts back what failed, or waits for long, because no user had the id that the metadata name, and one has
 * it now. Looks at the next few thousand of such ids, in order.
 *
 * @returns how many were put back, and where the next turn begins
 * @throws what the database throws, and UsersTableError
 */
export const healAwaitedUsers = async (
  { pool, users }: Readonly<{ pool: pg.Pool; users: Pick<UserDirectory, 'filter'> }>,
  after: Cursor,
): Promise<{ healed: number; next: Cursor }> => {
  const awaited = await readAwaitedIds(pool, after);
  if (awaited.length === 0) return { healed: 0, next: FROM_THE_START };
  const found = await users.filter(awaited);
  const isLast = awaited.length < IDS_AT_A_TIME;
  return {
    healed: found.length === 0 ? 0 : await putBackThoseOf(pool, found),
    next: isLast ? FROM_THE_START : (awaited.at(-1) ?? FROM_THE_START),
  };
};

const readAwaitedIds = async (pool: pg.Pool, after: Cursor): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>({
    name: 'awaited-users',
    text: `
      select distinct claimed_user_id as id from reconciler.reconciliations
       where reason = 'user_not_found' and claimed_user_id > $1
       order by claimed_user_id limit $2`,
    values: [after, IDS_AT_A_TIME],
  });
  return rows.map(row => row.id);
};

const putBackThoseOf = async (pool: pg.Pool, userIds: readonly string[]): Promise<number> => {
  const { rows } = await pool.query<{ subject: Subject }>({
    name: 'awaiting-users',
    text: `
      select subject from reconciler.reconciliations
       where reason = 'user_not_found' and claimed_user_id = any($1)
         and (state = 'failed'
              or state = 'retrying' and due_at > now() + $2 * interval '1 s')
       limit $3`,
    values: [userIds, SOON_SECONDS, SUBJECTS_AT_ONCE],
  });
  const subjects = rows.map(row => row.subject);
  return requestLooks(pool, subjects, 'healing', 'user_not_found');
};

/**
 * The reasons that go away by themselves. Not internal_error: a fault of ours goes with a deployment, and
 * who deploys the mended version says so (`replay --reason internal_error`).
 */
const OF_SEAM = ['seam_unauthorized', 'seam_rate_limited', 'seam_unavailable'] as const;

/**
 * Puts back, some at a time, what was given up because Seam refused us or could not be reached, when Seam
 * answers now: for one look, after which it is given up again if Seam fails it. Asks Seam only where there is such
 * a thing and no hold stands (the holds ask by themselves).
 *
 * @param healer.workspaceId whose subjects; null: all are of the one workspace
 * @returns how many were put back
 * @throws what the database throws
 */
export const healAfterOutage = async (
  healer: Readonly<{ pool: pg.Pool; seam: Pick<Seam, 'probe'>; workspaceId: string | null }>,
  signal: AbortSignal,
): Promise<number> => {
  const { pool, seam, workspaceId } = healer;
  const givenUp = await readGivenUp(pool, workspaceId);
  if (givenUp.length === 0 || !(await answers(seam, signal))) return 0;
  let healed = 0;
  for (const [reason, rows] of Map.groupBy(givenUp, row => row.reason)) {
    const subjects = rows.map(row => row.subject);
    const once = { ...AT_ONCE, isOneTry: true };
    healed += await requestLooks(pool, subjects, 'healing', reason, once);
  }
  return healed;
};

/**
 * Goes by when they failed last, which a look that was in vain renews, so as not to depend on how long runs
 * are kept. Reads along the index of failures: those that are a week old, and of the latest those that were
 * never put back.
 */
const GIVEN_UP = `
  select given_up.subject, asked.reason
    from unnest($1::text[]) as asked(reason)
   cross join lateral (
     (select subject, updated_at from reconciler.reconciliations
       where state = 'failed' and reason = asked.reason and ($4::text is null or workspace_id = $4)
         and updated_at <= now() - $2 * interval '1 day'
       order by updated_at limit $3)
     union all
     (select subject, updated_at
        from (select subject, updated_at, unavailable_since from reconciler.reconciliations
               where state = 'failed' and reason = asked.reason
                 and ($4::text is null or workspace_id = $4)
                 and updated_at > now() - $2 * interval '1 day'
               order by updated_at desc limit ${LATEST}) latest
       where unavailable_since is distinct from ${PATIENCE_SPENT} limit $3)
   ) given_up
   where not exists (select 1 from reconciler.workspace_holds
                      where workspace_id is not distinct from $4)
   order by given_up.updated_at limit $3`;

const readGivenUp = async (pool: pg.Pool, workspaceId: string | null) => {
  const { rows } = await pool.query<{ subject: Subject; reason: string }>({
    name: 'given-up-for-seam',
    text: GIVEN_UP,
    values: [OF_SEAM, HEALED_ONCE_IN_DAYS, SUBJECTS_AT_A_TIME, workspaceId],
  });
  return rows;
};
