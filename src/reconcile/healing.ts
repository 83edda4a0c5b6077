import type pg from 'pg';
import { readInOrder } from '../db/read-in-order.ts';
import type { Subject } from '../model/subject.ts';
import type { Seam } from '../seam/client.ts';
import { answers, questionAbout } from '../seam/probe.ts';
import type { UserDirectory } from '../users/directory.ts';
import { AT_ONCE, PATIENCE_SPENT, requestLooks } from './request.ts';

/** So many that wait are gone through at a time, in the order of their ids: all of 100,000 have their turn in five minutes. */
const PASSED_AT_A_TIME = 5_000;
const SUBJECTS_AT_A_TIME = 500;
/** More of one page of users are left to the next round: it comes to them again as long as they wait. */
const SUBJECTS_AT_ONCE = 5_000;
/** A look that is due within so long is not hurried. */
export const SOON_SECONDS = 15;

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
  // Many may wait for the same one.
  const found = await users.filter([...new Set(awaited)]);
  const isLast = awaited.length < PASSED_AT_A_TIME;
  return {
    healed: found.length === 0 ? 0 : await putBackThoseOf(pool, found),
    next: isLast ? FROM_THE_START : (awaited.at(-1) ?? FROM_THE_START),
  };
};

const readAwaitedIds = async (pool: pg.Pool, after: Cursor): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>({
    name: 'awaited-users',
    text: `
      select claimed_user_id as id from reconciler.reconciliations
       where reason = 'user_not_found' and claimed_user_id > $1
       order by claimed_user_id limit $2`,
    values: [after, PASSED_AT_A_TIME],
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
 * who deploys the mended version says so (`replay --reason internal_error`). Nor what Seam refused, or answered so that
 * we can't read it: the same look would come to the same.
 */
const OF_SEAM = [
  'seam_unauthorized',
  'seam_rate_limited',
  'seam_unavailable',
  'seam_forbidden',
  'workspace_suspended',
  'seam_timeout',
] as const;

/**
 * How long what was put back in vain rests. What fails although Seam answers, of all subjects alone, is not
 * healed again and again: it is looked at once a week, and rests in the list of failures in between. A limit,
 * though, is never a subject's own: whoever met it had no look at all.
 */
const RESTS_HOURS = {
  seam_unauthorized: 7 * 24,
  seam_rate_limited: 1,
  seam_unavailable: 7 * 24,
  seam_forbidden: 7 * 24,
  workspace_suspended: 7 * 24,
  seam_timeout: 7 * 24,
} as const satisfies Record<(typeof OF_SEAM)[number], number>;

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
  let healed = 0;
  /** One question for all whom it is about. */
  const answered = new Map<ReturnType<typeof questionAbout>, boolean>();
  for (const [reason, rows] of Map.groupBy(givenUp, row => row.reason)) {
    const question = questionAbout(reason);
    const isAnswered = answered.get(question) ?? (await answers(seam, signal, reason));
    answered.set(question, isAnswered);
    if (!isAnswered) continue;
    const subjects = rows.map(row => row.subject);
    const once = { ...AT_ONCE, isOneTry: true };
    healed += await requestLooks(pool, subjects, 'healing', reason, once);
  }
  return healed;
};

/** SQL: what is given up for one of these; as its index has it (db/indexes.ts). */
const IS_GIVEN_UP = `r.state = 'failed' and r.reason in ('${OF_SEAM.join("', '")}')`;
/** SQL: not one that was put back in vain. */
const HAS_PATIENCE = `r.unavailable_since is distinct from ${PATIENCE_SPENT}`;

/** The next of a workspace and a reason, those that failed first before the others. */
const next = (isOfIt: string, isReady: string): string => `
  (select r.subject, r.updated_at from reconciler.reconciliations r
    where ${IS_GIVEN_UP} and ${isOfIt} and r.reason = asked.reason and ${isReady}
    order by r.workspace_id, r.updated_at limit ${SUBJECTS_AT_A_TIME})`;

/* "any", so that the workspace counts in the order: only the index of just these has that. */
const NEXT_GIVEN_UP = [
  'r.workspace_id = any(array[asked.id])',
  'asked.id is null and r.workspace_id is null',
]
  .flatMap(isOfIt => [
    next(isOfIt, HAS_PATIENCE),
    next(isOfIt, `not (${HAS_PATIENCE}) and r.updated_at <= now() - asked.hours * interval '1 h'`),
  ])
  .join(' union all ');

/**
 * Those that were never put back, and those that have rested since they were: by when they failed last, which a
 * look that was in vain renews, so as not to depend on how long runs are kept. Reads along the index of just
 * these, of each workspace: what is of others, or rests, isn't met. Where all are of the one workspace, the ids that
 * its events name are found from one to the next.
 */
const GIVEN_UP = `
  with recursive named as (
    (select r.workspace_id as id from reconciler.reconciliations r
      where ${IS_GIVEN_UP} and r.workspace_id is not null and $1::text is null
      order by r.workspace_id limit 1)
    union all
    select (select r.workspace_id from reconciler.reconciliations r
             where ${IS_GIVEN_UP} and r.workspace_id > named.id
             order by r.workspace_id limit 1)
      from named where named.id is not null
  ), asked as (
    select w.id, t.reason, t.hours
      from (select id from named where id is not null union all select $1) w
     cross join unnest($2::text[], $3::int[]) as t(reason, hours)
  )
  select given_up.subject, asked.reason
    from asked cross join lateral (${NEXT_GIVEN_UP}) given_up
   where not exists (select 1 from reconciler.workspace_holds
                      where workspace_id is not distinct from $1)
   order by given_up.updated_at limit ${SUBJECTS_AT_A_TIME}`;

const readGivenUp = (pool: pg.Pool, workspaceId: string | null) =>
  readInOrder<{ subject: Subject; reason: (typeof OF_SEAM)[number] }>(pool, GIVEN_UP, [
    workspaceId,
    OF_SEAM,
    OF_SEAM.map(reason => RESTS_HOURS[reason]),
  ]);
