import type pg from 'pg';
import { isBelieved } from '../books/owner.ts';
import { idBeside } from '../inbox/deliveries.ts';
import type { Subject } from '../model/subject.ts';

/** A listed event, as it is looked for here. */
type Sought = Readonly<{
  eventId: string;
  subject: Subject;
  /** When it occurred, or earlier. */
  at: Date;
}>;

/**
 * Which of these events are not here, and which of those may have been here and were pruned: all that
 * occurred no later than the newest one that prune has removed. An event of a subject that we have no record
 * of was never here, however old it is: prune removes only deliveries of subjects that are on record, and
 * leaves those records. (But for those of webviews that nobody finished: what Seam still lists of one is stored
 * again, and settles as it did.)
 *
 * One statement, as prune removes and notes in one: what it takes away in between is noted, too.
 *
 * @param workspaceId whose word they are: what came under the same id as another's, or was set aside, isn't here
 * @returns for each event that is not here, whether it may have been pruned
 */
export const findLacking = async (
  pool: pg.Pool,
  sought: readonly Sought[],
  workspaceId: string | null,
): Promise<ReadonlyMap<string, 'missing' | 'older'>> => {
  const { rows } = await pool.query<{ event_id: string; is_older: boolean }>({
    name: 'find-lacking',
    text: `
      select s.event_id,
             coalesce(s.at <= p.until, false) and exists (
               select 1 from reconciler.reconciliations r where r.subject = s.subject) as is_older
        from unnest($1::text[], $2::text[], $3::timestamptz[]) as s(event_id, subject, at)
        left join reconciler.pruned p on p.what = 'deliveries'
       where not exists (
         select 1 from reconciler.deliveries d
          where d.event_id in (s.event_id, ${idBeside('$4::text', 's.event_id')})
            and ${isBelieved('d', '$4::text')})`,
    values: [
      sought.map(({ eventId }) => eventId),
      sought.map(({ subject }) => subject),
      sought.map(({ at }) => at.toISOString()),
      workspaceId,
    ],
  });
  return new Map(rows.map(row => [row.event_id, row.is_older ? 'older' : 'missing']));
};

/** When the newest event had occurred that prune has removed; null: it has removed none. */
export const readPrunedUntil = async (pool: pg.Pool): Promise<Date | null> => {
  const { rows } = await pool.query<{ until: Date }>(
    `select until from reconciler.pruned where what = 'deliveries'`,
  );
  return rows[0]?.until ?? null;
};
