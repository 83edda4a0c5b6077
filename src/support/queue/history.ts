import type pg from 'pg';
import { addBuckets, type Buckets, percentile } from '../../metrics/timings.ts';

/** What one minute came to; null where nothing happened in it. */
type QueueMinute = Readonly<{
  minute: string;
  /** Looks that began in it and are over, and how many of them failed. */
  runs: number;
  failed: number;
  run_ms: Readonly<{ p50: number; p95: number }> | null;
  /** Webhooks that were acknowledged in it. */
  webhooks: number;
  acknowledge_ms: Readonly<{ p50: number; p95: number; p99: number }> | null;
}>;

/** The last hour, minute by minute, the oldest first. */
export type QueueHistory = Readonly<{
  minutes: readonly QueueMinute[];
  /** Of a minute with more looks than this, only the first so many are counted. */
  most_runs_a_minute: number;
}>;

const MINUTES = 60;
/** Keeps the page quick while the queue works off a heap. */
const MOST_RUNS = 1_000;

type Row = {
  minute: Date;
  runs: number;
  failed: number;
  run_p50: number | null;
  run_p95: number | null;
  buckets: Buckets[] | null;
};

/** Reads at most 60,000 runs, by the index of when they began. */
export const readQueueHistory = async (pool: pg.Pool): Promise<QueueHistory> => {
  const { rows } = await pool.query<Row>({
    name: 'queue-history',
    text: `
      select m.minute, r.runs, r.failed, r.run_p50, r.run_p95, a.buckets
        from generate_series(date_trunc('minute', now()) - $1 * interval '1 min',
                             date_trunc('minute', now()), interval '1 min') as m(minute)
        cross join lateral (
          select count(*)::int as runs,
                 (count(*) filter (where outcome = 'failed'))::int as failed,
                 percentile_cont(0.5) within group (order by ms) as run_p50,
                 percentile_cont(0.95) within group (order by ms) as run_p95
            from (
              select outcome, extract(epoch from finished_at - started_at)::float8 * 1000 as ms
                from reconciler.runs
               where started_at >= m.minute and started_at < m.minute + interval '1 min'
                 and finished_at is not null and outcome is distinct from 'interrupted'
               order by started_at limit $2
            ) as own
        ) as r
        cross join lateral (
          select jsonb_agg(buckets) as buckets from reconciler.acknowledgements
           where minute = m.minute
        ) as a
       order by m.minute`,
    values: [MINUTES - 1, MOST_RUNS],
  });
  return { minutes: rows.map(toMinute), most_runs_a_minute: MOST_RUNS };
};

const toMinute = (row: Row): QueueMinute => {
  const buckets = addBuckets(row.buckets ?? []);
  const at = (share: number): number => percentile(buckets, share) ?? 0;
  const webhooks = buckets.reduce((sum, count) => sum + count, 0);
  return {
    minute: row.minute.toISOString(),
    runs: row.runs,
    failed: row.failed,
    run_ms:
      row.run_p50 === null || row.run_p95 === null ? null : { p50: row.run_p50, p95: row.run_p95 },
    webhooks,
    acknowledge_ms: webhooks === 0 ? null : { p50: at(0.5), p95: at(0.95), p99: at(0.99) },
  };
};
