import type pg from 'pg';
import { inTransaction } from './client.ts';

/**
 * Reads along indexes, in their order and no further than a statement's limits: where Postgres takes what there is for
 * little, or the limit for much, it would rather read all of it and sort. Planned anew each time.
 *
 * @param text whose `order by … limit` an index has
 * @throws whatever Postgres throws
 */
export const readInOrder = <Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> =>
  inTransaction(pool, async client => {
    await client.query('set local enable_sort = off; set local enable_bitmapscan = off');
    return (await client.query<Row>(text, [...values])).rows;
  });
