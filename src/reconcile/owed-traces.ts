import type pg from 'pg';
import type { Subject } from '../model/subject.ts';

/** More than the events of one connection that come together. */
const MOST = 50;

/**
 * Of what is owed of a subject: as many of its latest events as are counted and not dealt with. One that is stored and not
 * counted is what the next run answers.
 */
const READ = `
  select array(
           select traceparent from reconciler.deliveries d
            where d.subject = r.subject and traceparent is not null
              and not exists (select from reconciler.uncounted u
                               where u.subject = d.subject and u.event_id = d.event_id)
            order by received_at desc limit least(r.generation - r.observed_generation, ${MOST})) as traceparents
    from reconciler.reconciliations r where subject = $1 and observed_generation < generation`;

/**
 * Of whose traces a look at a subject is: those of the events that it answers, the latest first.
 *
 * @returns null: nothing is owed
 * @throws whatever Postgres throws
 */
export const readOwedTraces = async (
  pool: Pick<pg.Pool, 'query'>,
  subject: Subject,
): Promise<readonly string[] | null> => {
  const { rows } = await pool.query<{ traceparents: string[] }>({
    name: 'owed-traces',
    text: READ,
    values: [subject],
  });
  return rows[0]?.traceparents ?? null;
};
