import type pg from 'pg';

/**
 * The endpoints to which something is owed that could be sent now, and nobody is at it: for whoever puts back what the
 * queue has lost.
 *
 * @throws whatever Postgres throws
 */
export const readOverdue = async (_pool: pg.Pool): Promise<readonly number[]> => {
  throw new Error('not built yet');
};
