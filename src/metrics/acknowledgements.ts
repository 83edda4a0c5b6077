import type pg from 'pg';
import { deleteInBatches } from '../db/remove-old.ts';
import type { Buckets } from './timings.ts';

/** How long the webhooks of one minute waited for their answer. */
export type MinuteOfAnswers = Readonly<{
  /** Its beginning, in ms since 1970. */
  minute: number;
  count: number;
  buckets: Buckets;
}>;

const KEPT_DAYS = 2;

/** Keeps what a process has counted. Told again, a minute is put in the place of what was told before. */
export const keepAcknowledgements = async (
  pool: pg.Pool,
  processId: string,
  minutes: readonly MinuteOfAnswers[],
): Promise<void> => {
  await pool.query(
    `insert into reconciler.acknowledgements (minute, process_id, count, buckets)
     select to_timestamp((m->>'minute')::numeric / 1000), $1, (m->>'count')::int, m->'buckets'
       from jsonb_array_elements($2::jsonb) as m
         on conflict (minute, process_id) do update
        set count = excluded.count, buckets = excluded.buckets`,
    [processId, JSON.stringify(minutes)],
  );
};

export const forgetAcknowledgements = (pool: pg.Pool, signal: AbortSignal): Promise<number> =>
  deleteInBatches(
    pool,
    signal,
    `delete from reconciler.acknowledgements where (minute, process_id) in (
       select minute, process_id from reconciler.acknowledgements
        where minute < now() - $2 * interval '1 day'
        order by minute limit $1 for update skip locked)`,
    [KEPT_DAYS],
  );
