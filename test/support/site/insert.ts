import type pg from 'pg';

/** Puts rows into a table of ours; all have the columns of the first, and bytes are written as `\x…`. */
export const insertRows = async (
  pool: pg.Pool,
  table: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> => {
  const columns = Object.keys(rows[0] ?? {}).map(name => `"${name}"`);
  if (columns.length === 0) return;
  await pool.query(
    `insert into reconciler.${table} (${columns}) select ${columns}
       from jsonb_populate_recordset(null::reconciler.${table}, $1)`,
    [JSON.stringify(rows)],
  );
};

const MINUTE_MS = 60_000;

/** So many minutes ago. */
export const minutesAgo = (minutes: number): string =>
  new Date(Date.now() - minutes * MINUTE_MS).toISOString();

/** Bytes, as insertRows takes them. */
export const bytes = (text: string): string => `\\x${Buffer.from(text).toString('hex')}`;
