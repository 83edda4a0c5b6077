import type pg from 'pg';
import type { Db } from '../db/client.ts';
import { desc, sql } from '../db/drizzle.ts';
import { processes } from '../db/schema-desk.ts';

/** How a worker is doing, as it says itself. */
export type WorkerHealth = Readonly<{
  /** How long ago a run last finished there, or it began. */
  progressMsAgo: number;
  /** The looks that it has in hand. */
  running: number;
  /** How many it may have in hand, over all its workspaces. */
  concurrency: number;
  /** What is wrong with it, in words; null: nothing. */
  trouble: string | null;
}>;

/** What a process tells of itself. */
export type ProcessReport = Readonly<{
  id: string;
  kind: 'serve' | 'work';
  host: string;
  pid: number;
  version: string;
  /** Null where it runs no worker. */
  worker: WorkerHealth | null;
}>;

/** One `serve` or `work` process, in the words of `--json`. */
export type ProcessStatus = Readonly<{
  id: string;
  kind: 'serve' | 'work';
  host: string;
  pid: number;
  version: string;
  started_at: string;
  seen_at: string;
  /** Not heard of for half a minute: killed, frozen, or cut off from the database. */
  lost: boolean;
  /** Null where it runs no worker. */
  worker: Readonly<{
    progress_at: string | null;
    running: number;
    concurrency: number;
    trouble: string | null;
  }> | null;
}>;

const LOST_SECONDS = 30;
const FORGOTTEN_HOURS = 24;
/** More than anybody runs; a bound all the same. */
const MOST_SHOWN = 200;

/** Says how a process is, and forgets those that were not heard of for a day. */
export const tellProcess = async (pool: pg.Pool, told: ProcessReport): Promise<void> => {
  const { id, kind, host, pid, version, worker } = told;
  await pool.query(
    `with forgotten as (
       delete from reconciler.processes where seen_at < now() - $1 * interval '1 hour' and id <> $2
     )
     insert into reconciler.processes as p
            (id, kind, host, pid, version, progress_at, running, concurrency, trouble)
     values ($2, $3, $4, $5, $6, now() - $7 * interval '1 ms', $8, $9, $10)
         on conflict (id) do update
        set seen_at = now(), kind = excluded.kind, progress_at = excluded.progress_at, running = excluded.running,
            concurrency = excluded.concurrency, trouble = excluded.trouble`,
    [
      FORGOTTEN_HOURS,
      id,
      kind,
      host,
      pid,
      version,
      worker?.progressMsAgo ?? null,
      worker?.running ?? 0,
      worker?.concurrency ?? null,
      worker?.trouble ?? null,
    ],
  );
};

/** Of a process that stops. */
export const removeProcess = async (pool: pg.Pool, id: string): Promise<void> => {
  await pool.query('delete from reconciler.processes where id = $1', [id]);
};

/** The processes that run or were lost within the day, the latest heard of first. */
export const readProcesses = async (db: Db): Promise<ProcessStatus[]> => {
  const rows = await db
    .select({
      row: processes,
      lost: sql<boolean>`${processes.seenAt} < now() - ${LOST_SECONDS} * interval '1 s'`,
    })
    .from(processes)
    .orderBy(sql`2`, processes.kind, processes.host, desc(processes.startedAt))
    .limit(MOST_SHOWN);
  return rows.map(({ row, lost }) => ({
    id: row.id,
    kind: row.kind,
    host: row.host,
    pid: row.pid,
    version: row.version,
    started_at: row.startedAt.toISOString(),
    seen_at: row.seenAt.toISOString(),
    lost,
    worker:
      row.concurrency === null
        ? null
        : {
            progress_at: row.progressAt?.toISOString() ?? null,
            running: row.running,
            concurrency: row.concurrency,
            trouble: row.trouble,
          },
  }));
};
