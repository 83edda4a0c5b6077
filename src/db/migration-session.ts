import type pg from 'pg';

/**
 * What a part of the migration does its work with. Nothing that it sets outlives its transaction: behind a pooler
 * the connection is another's a moment later.
 */
export type MigrationSession = Readonly<{
  /** One statement (or several, as one text) in a transaction of its own. */
  query: <Row extends pg.QueryResultRow>(
    text: string,
    values?: unknown[],
  ) => Promise<pg.QueryResult<Row>>;
  /** Several statements in one transaction. @throws what `work` throws, after a rollback */
  inTransaction: <T>(work: (client: pg.Client) => Promise<T>) => Promise<T>;
  /**
   * For what must not be in a transaction: the connection itself, where it is known to be one of ours alone. Null: a
   * pooler answers in between, which may give each statement another server connection (transaction pooling).
   */
  alone: pg.Client | null;
}>;

/**
 * A migration that waits for a table makes all who come after it wait, too, webhooks among them. So it
 * waits only this long, gives way, and comes again. Shorter than Postgres's deadlock_timeout (1 s): in a
 * deadlock it is the migration that gives way, not a writer.
 */
const LOCK_TIMEOUT_MS = 500;
/** Should this process be cut off or freeze half way, its locks on the tables are not kept for hours. */
const IDLE_TIMEOUT_MS = 5_000;

/**
 * SQL: takes the limits off that the role, the database or the server may have for an ordinary statement: to validate a
 * constraint may take minutes. (`transaction_timeout` is there from PostgreSQL 17 on.)
 */
export const withoutLimits = (names: readonly string[], isLocal: boolean): string =>
  `select set_config(name, '0', ${isLocal}) from pg_settings where name in ('${names.join("','")}')`;

const BEGIN = [
  // Whatever is the default there: under a stricter one, a snapshot would be kept that makes indexes wait for us.
  'begin isolation level read committed',
  `set local lock_timeout = ${LOCK_TIMEOUT_MS}`,
  `set local idle_in_transaction_session_timeout = ${IDLE_TIMEOUT_MS}`,
  'set local standard_conforming_strings = on',
  withoutLimits(['statement_timeout', 'transaction_timeout'], true),
].join(';');

/** Puts it on a connection that nothing else uses. */
export const openMigrationSession = async (client: pg.Client): Promise<MigrationSession> => {
  const inTransaction: MigrationSession['inTransaction'] = async work => {
    await client.query(BEGIN);
    try {
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      // On a connection that broke there is nothing to roll back: what broke it is what counts.
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  };
  return {
    query: (text, values) => inTransaction(each => each.query(text, values)),
    inTransaction,
    alone: (await isDirect(client)) ? client : null,
  };
};

/**
 * Whether Postgres itself answers on this connection. It greets with the id of the process that serves us; a pooler
 * greets with a number of its own, since which process serves a statement changes.
 */
const isDirect = async (client: pg.Client): Promise<boolean> => {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  // Not in the types of pg.
  return 'processID' in client && client.processID === rows[0]?.pid;
};
