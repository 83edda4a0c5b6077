import type { MigrationSession } from './migration-session.ts';

/**
 * What no row of the books may say, whoever writes it: the database refuses it. Added without looking at what is
 * there (`not valid`, done in an instant), then what breaks them is mended, then they are validated while
 * everybody goes on writing.
 */
const CONSTRAINTS = {
  reconciliations_generations: 'observed_generation <= generation',
  // What is pending or retrying is owed; what is settled, failed or dismissed is not. (`due_at` is never null.)
  reconciliations_owed: `(state in ('pending', 'retrying')) = (observed_generation < generation)`,
  reconciliations_state: `state in ('pending', 'retrying', 'linked', 'no_action', 'failed', 'dismissed')`,
  reconciliations_dismissal: `(state = 'dismissed') = (dismissed_by is not null and dismissed_why is not null)`,
  reconciliations_retrying_reason: `state <> 'retrying' or reason is not null`,
} as const satisfies Record<string, string>;

const PAGE_SIZE = 1_000;

/**
 * What versions before wrote that says two things: who and why are taken from the audit log; what says that it is
 * tried again and isn't owed, or is settled and owed, is owed a look, which says how it stands.
 */
const MEND = `
  with wrong as (
    select subject, state = 'dismissed' and observed_generation >= generation as is_dismissed
      from reconciler.reconciliations
     where subject > $1 and not (${Object.values(CONSTRAINTS)
       .map(check => `(${check})`)
       .join(' and ')})
     order by subject limit ${PAGE_SIZE} for update
  ), dismissed as (
    update reconciler.reconciliations r
       set dismissed_by = coalesce(said.by, 'unknown'), dismissed_why = coalesce(said.why, 'not recorded')
      from wrong left join lateral (
        select actor_name as by, why from reconciler.audit_log
         where target = wrong.subject and action = 'dismiss' order by id desc limit 1) said on true
     where wrong.is_dismissed and r.subject = wrong.subject
  ), owed as (
    update reconciler.reconciliations r
       set state = 'pending', reason = null, dismissed_by = null, dismissed_why = null,
           generation = greatest(r.generation, r.observed_generation + 1),
           due_at = now(), sweep_at = now(), updated_at = now()
      from wrong where not wrong.is_dismissed and r.subject = wrong.subject
  )
  select max(subject) as last, count(*)::int as seen from wrong`;

/** Adds those that aren't there, mends what breaks them, and validates them. */
export const tieColumns = async (session: Pick<MigrationSession, 'query'>): Promise<void> => {
  const { rows } = await session.query<{ name: string; valid: boolean }>(
    `select conname as name, convalidated as valid from pg_constraint
      where conrelid = 'reconciler.reconciliations'::regclass and conname = any($1)`,
    [Object.keys(CONSTRAINTS)],
  );
  const there = new Map(rows.map(row => [row.name, row.valid]));
  const missing = Object.entries(CONSTRAINTS).filter(([name]) => there.get(name) !== true);
  if (missing.length === 0) return;
  const added = missing.filter(([name]) => !there.has(name));
  if (added.length > 0) {
    await session.query(
      `alter table reconciler.reconciliations ${added
        .map(([name, check]) => `add constraint ${name} check (${check}) not valid`)
        .join(', ')}`,
    );
  }
  for (let last = ''; ; ) {
    const mended = await session.query<{ last: string | null; seen: number }>(MEND, [last]);
    const [page] = mended.rows;
    if (page === undefined || page.last === null) break;
    last = page.last;
    if (page.seen < PAGE_SIZE) break;
  }
  for (const [name] of missing) {
    await session.query(`alter table reconciler.reconciliations validate constraint ${name}`);
  }
};
