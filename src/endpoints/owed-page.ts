import type pg from 'pg';

/** One that waits. */
export type Owed = Readonly<{
  position: number;
  about: string;
  /** Tries that have failed. */
  attempts: number;
  /** On this process's own clock that is never set; null: at once. */
  dueAt: number | null;
}>;

/** In the order of the table's own column, not of what is given out for it: only that one is in an index. */
const PAGE_OF_OWED = {
  name: 'page-of-owed',
  text: `
    select position::float8 as position, about, attempts,
           (extract(epoch from due_at - now()) * 1000)::float8 as due_ms
      from reconciler.sendings s
     where endpoint_id = $1 and state = 'waiting' and position > $2
     order by s.position limit $3`,
};

type PageRow = Readonly<{
  position: number;
  about: string;
  attempts: number;
  due_ms: number | null;
}>;

/**
 * The next that wait, in the order of messages.
 *
 * @param which.after position of the last that was read
 * @throws whatever Postgres throws
 */
export const readOwedPage = async (
  pool: Pick<pg.Pool, 'query'>,
  { endpointId, after, most }: Readonly<{ endpointId: number; after: number; most: number }>,
): Promise<readonly Owed[]> => {
  const { rows } = await pool.query<PageRow>({
    ...PAGE_OF_OWED,
    values: [endpointId, after, most],
  });
  const now = performance.now();
  return rows.map(({ due_ms, ...of }) => ({ ...of, dueAt: due_ms === null ? null : now + due_ms }));
};
