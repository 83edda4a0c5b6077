import type pg from 'pg';
import type { Trigger } from '../model/outcome.ts';
import type { Subject } from '../model/subject.ts';

/** When each of the looks is due: the first in `startMs` from now, each next one `stepMs` later. */
type Pace = Readonly<{ startMs: number; stepMs: number }>;

const AT_ONCE: Pace = { startMs: 0, stepMs: 0 };

/**
 * Asks for another look at each of these subjects, as a person's `retry` does: their tries begin anew. They
 * are handed out by the sweep when they are due, and the runs say who asked. A look that is owed
 * already is not put off by it.
 *
 * @param only a reason that a subject must (still) have failed for; null for any standing
 * @returns how many were asked for
 */
export const requestLooks = async (
  pool: pg.Pool,
  subjects: readonly Subject[],
  trigger: Extract<Trigger, 'healing' | 'replay'>,
  only: string | null = null,
  { startMs, stepMs }: Pace = AT_ONCE,
): Promise<number> => {
  const { rowCount } = await pool.query({
    name: 'request-looks',
    text: `
      with asked as (
        -- Locked in the order of their keys, so that processes that ask at once can't deadlock.
        select subject, now() + ($3::float8 + $4::float8 * (at - 1)) * interval '1 ms' as due_at
          from unnest($1::text[]) with ordinality as given(subject, at)
          join reconciler.reconciliations using (subject)
         where state <> 'dismissed' and ($5::text is null or reason = $5)
         order by subject for update of reconciliations
      )
      update reconciler.reconciliations r set
             generation = generation + 1, state = 'pending', reason = null, attempts = 0,
             unavailable_since = null, requested_by = $2,
             due_at = case when observed_generation < generation
                           then least(r.due_at, asked.due_at) else asked.due_at end,
             sweep_at = case when observed_generation < generation
                             then least(r.sweep_at, asked.due_at) else asked.due_at end,
             updated_at = now()
        from asked where r.subject = asked.subject`,
    values: [subjects, trigger, startMs, stepMs, only],
  });
  return rowCount ?? 0;
};
