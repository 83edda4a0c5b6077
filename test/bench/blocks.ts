import type pg from 'pg';

/** Tells what all statements in a database come to, whoever sends them. */
export type BlockCounter = Readonly<{
  /** From now on. */
  reset: () => Promise<void>;
  /**
   * The blocks of shared buffers that were touched since then: found there, or read first. Unlike the time that
   * took, it is the same on any machine, however busy.
   */
  read: () => Promise<number>;
}>;

const RESET = `
  select pg_stat_statements_reset(0, (select oid from pg_database where datname = current_database()), 0)`;
const READ = `
  select coalesce(sum(shared_blks_hit + shared_blks_read), 0)::float8 as blocks
    from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
     and query not like '%pg_stat_statements%'`;

/**
 * Counts for connections that are opened from then on. What planning reads is not among it.
 *
 * @param pool with a connection that is open already, to ask by
 */
export const openBlockCounter = async (pool: pg.Pool): Promise<BlockCounter> => {
  await pool.query('create extension pg_stat_statements');
  await pool.query(`
    do $$ begin
      execute format('alter database %I set pg_stat_statements.track = top', current_database());
    end $$`);
  return {
    reset: async () => void (await pool.query(RESET)),
    read: async () => {
      const { rows } = await pool.query<{ blocks: number }>(READ);
      return rows[0]?.blocks ?? Number.NaN;
    },
  };
};
