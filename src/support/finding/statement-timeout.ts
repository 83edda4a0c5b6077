import type pg from 'pg';
import { SupportError } from '../../access/errors.ts';
import { type Client, inTransaction } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';

/** Of a statement that was cut off at its time. */
const QUERY_CANCELED = '57014';

/** Whether Postgres ended a statement that took longer than it may. */
const isCutOff = (error: unknown): boolean => sqlState(error) === QUERY_CANCELED;

/**
 * Reads with statements that may take only so long: one person's question must not hold up the others'.
 *
 * @returns null when a statement took longer @throws what Postgres throws otherwise
 */
export const readWithStatementTimeout = async <T>(
  pool: pg.Pool,
  ms: number,
  read: (client: Client) => Promise<T>,
): Promise<T | null> => {
  try {
    return await inTransaction(pool, async client => {
      await client.query(
        `set local transaction_read_only = on; set local statement_timeout = ${ms}`,
      );
      return read(client);
    });
  } catch (error) {
    if (isCutOff(error)) return null;
    throw error;
  }
};

/** @throws SupportError `refused` that says how to ask for less */
export const insistInTime = <T>(answer: T | null): T => {
  if (answer !== null) return answer;
  throw new SupportError(
    'refused',
    'This takes too long: there is too much to search. Narrow it by state, by reason, or by time.',
  );
};
