import { readFile, statfs } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import type { Vitals } from '../model/vitals.ts';

/* What Postgres says of its room. */

type Row = Readonly<{
  bytes: string;
  connections: number | null;
  maxConnections: number;
  /** Null where our role may not see it. */
  dataDirectory: string | null;
  startedAt: number;
}>;

/** No scan: the sizes of its files, and the counters of the statistics. */
const ROOM = `
  select pg_database_size(current_database())::text as bytes,
         (select sum(numbackends)::int from pg_stat_database) as connections,
         current_setting('max_connections')::int as "maxConnections",
         case when pg_has_role(current_user, 'pg_read_all_settings', 'usage')
              then current_setting('data_directory', true) end as "dataDirectory",
         extract(epoch from pg_postmaster_start_time())::float8 as "startedAt"`;

/** https://www.postgresql.org/docs/current/storage-file-layout.html: its third line says when the server started. */
const PID_FILE = 'postmaster.pid';
const LINE_OF_START = 2;
/** That line has whole seconds, written a moment before the server counts from. */
const MOST_SECONDS_APART = 5;

/**
 * How full the disk is that the data lie on, where they lie on this machine: the folder of that name has to be the one of
 * this very server, which it is where it says the same start.
 */
const shareOfDisk = async ({ dataDirectory, startedAt }: Row): Promise<number | null> => {
  if (dataDirectory === null) return null;
  try {
    const lines = (await readFile(path.join(dataDirectory, PID_FILE), 'utf8')).split('\n');
    if (!(Math.abs(Number(lines[LINE_OF_START]) - startedAt) <= MOST_SECONDS_APART)) return null;
    const { blocks, bavail } = await statfs(dataDirectory);
    return blocks > 0 ? (blocks - bavail) / blocks : null;
  } catch {
    // On another machine, or not for us to read: then nobody knows.
    return null;
  }
};

/**
 * @param maxBytes how large the database may get (DATABASE_MAX_BYTES); undefined: nobody has said so
 * @throws whatever Postgres throws
 */
export const measureDatabase = async (
  pool: pg.Pool,
  maxBytes: number | undefined,
): Promise<Vitals['database']> => {
  const { rows } = await pool.query<Row>(ROOM);
  const [row] = rows;
  if (row === undefined) throw new Error('Postgres did not say how large the database is');
  const bytes = Number(row.bytes);
  const shares = [await shareOfDisk(row), maxBytes === undefined ? null : bytes / maxBytes].filter(
    share => share !== null,
  );
  return {
    bytes,
    connections: row.connections,
    maxConnections: row.maxConnections,
    diskUsed: shares.length === 0 ? null : Math.min(1, Math.max(...shares)),
  };
};
