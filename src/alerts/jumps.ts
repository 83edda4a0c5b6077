import type pg from 'pg';
import { FAILURE_REASONS, type FailureReason } from '../model/outcome.ts';
import type { Jump } from './given.ts';
import { mostUsual } from './rules.ts';

/** What Seam as a whole is the cause of has an alert of its own, and what waits for a user is nobody's fault. */
const TOLD_OTHERWISE: readonly FailureReason[] = [
  'seam_unauthorized',
  'seam_forbidden',
  'workspace_suspended',
  'seam_rate_limited',
  'seam_unavailable',
  'seam_timeout',
];
const WATCHED = FAILURE_REASONS.filter(reason => !TOLD_OTHERWISE.includes(reason));

/** Bounds of what is read for one reason: failed checks of the hour, connections among them, failed checks of the week. */
const MOST_RUNS = 5_000;
const MOST_SUBJECTS = 1_000;
const MOST_RUNS_OF_WEEK = 50_000;
const HOURS_BEFORE = 7 * 24;

/**
 * Of each reason: the connections whose checks have failed for it within the hour, and never before that. What is only
 * tried again, by itself or by a person, is none of them. By `runs_reason_idx`, and `runs_subject_idx` for each.
 */
const FRESH = `
  select reason.name as reason, count(*)::int as fresh
    from unnest($1::text[]) as reason(name)
    cross join lateral (
      select distinct late.subject
        from (select subject from reconciler.runs
               where reason = reason.name and finished_at > now() - interval '1 hour'
               order by finished_at desc limit ${MOST_RUNS}) late
       limit ${MOST_SUBJECTS}) as failing
   where not exists (
     select from reconciler.runs e
      where e.subject = failing.subject and e.reason = reason.name
        and e.finished_at <= now() - interval '1 hour')
   group by 1`;

/** How many connections an hour have failed for it in the days before, on average. */
const USUAL = `
  select reason.name as reason, (count(distinct before.subject)::float8 / ${HOURS_BEFORE}) as usual
    from unnest($1::text[]) as reason(name)
    cross join lateral (
      select subject from reconciler.runs
       where reason = reason.name
         and finished_at > now() - interval '1 hour' * (${HOURS_BEFORE} + 1)
         and finished_at <= now() - interval '1 hour'
       order by finished_at desc limit ${MOST_RUNS_OF_WEEK}) as before
   group by 1`;

/**
 * The reasons for which more connections have begun to fail than can be usual, with what is. What was usual is only
 * asked for these: as a rule, there is none.
 */
export const readJumps = async (pool: Pick<pg.Pool, 'query'>): Promise<readonly Jump[]> => {
  const { rows } = await pool.query<{ reason: FailureReason; fresh: number }>(FRESH, [WATCHED]);
  // Half of what is a jump, for one that is told of already.
  const many = rows.filter(({ fresh }) => fresh > mostUsual(0) / 2);
  if (many.length === 0) return [];
  const { rows: before } = await pool.query<{ reason: string; usual: number }>(USUAL, [
    many.map(({ reason }) => reason),
  ]);
  const usual = new Map(before.map(row => [row.reason, row.usual]));
  return many.map(({ reason, fresh }) => ({
    reason,
    fresh,
    usualPerHour: usual.get(reason) ?? 0,
  }));
};
