import type pg from 'pg';
import type { Run } from './begin.ts';

/**
 * What came since the last run that an earlier piece of news was dealt with by: the earliest webhook that this run answers.
 * A run that Seam kept from it, or that never ended, dealt with nothing.
 */
const SINCE_WEBHOOK = `
  select extract(epoch from clock_timestamp() - min(d.received_at))::float8 as seconds
    from reconciler.deliveries d
   where d.subject = $1 and d.source = 'webhook' and d.set_aside is null
     and d.received_at <= (select started_at from reconciler.runs where id = $2)
     and d.received_at > coalesce((
           select p.started_at from reconciler.runs p
            where p.subject = $1 and p.id < $2 and p.generation < $3
              and p.outcome not in ('interrupted', 'superseded')
              and (p.reason is null or p.reason not in ('seam_unauthorized', 'seam_forbidden', 'seam_rate_limited',
                     'seam_unavailable', 'seam_timeout', 'workspace_suspended'))
            order by p.id desc limit 1), '-infinity')`;

/**
 * How long ago the earliest webhook was received that a run answers, by the database's clock.
 *
 * @returns null where it answers none (a person asked for it, or a backfill found the event) @throws whatever Postgres throws
 */
export const secondsSinceWebhook = async (
  pool: Pick<pg.Pool, 'query'>,
  { subject, id, generation }: Pick<Run, 'subject' | 'id' | 'generation'>,
): Promise<number | null> => {
  const { rows } = await pool.query<{ seconds: number | null }>({
    name: 'since-webhook',
    text: SINCE_WEBHOOK,
    values: [subject, id, generation],
  });
  return rows[0]?.seconds ?? null;
};
