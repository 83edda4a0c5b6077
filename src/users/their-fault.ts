import { sqlState } from '../db/errors.ts';
import { describeError } from '../ops/log.ts';
import { UsersTableError } from './errors.ts';

/** It took too long, or somebody has locked it. */
const NOT_IN_TIME = ['57014', '55P03'];
/** What isn't there, what may not be done, and what a foreign server says: its words name no value. */
const IN_ITS_WORDS = /^(3F|42|HV)/;
/** What a view of theirs, or a function in it, runs into. */
const OF_A_VIEW = /^(0A|22|2F|38|39|P0)/;
/** Of a foreign table: that other server can't be reached. Else that would be our own. */
const UNREACHABLE = /^08/;

/**
 * What is of their table, and not of the database, where a statement that reads nothing else has failed.
 *
 * @param kind of the table, as in pg_class
 * @returns it in words for an engineer; null: it is no fault of theirs
 */
export const faultOfTheirs = (
  cause: unknown,
  name: string,
  kind: string,
): UsersTableError | null => {
  const state = sqlState(cause);
  if (state === null) return null;
  if (NOT_IN_TIME.includes(state)) {
    return new UsersTableError(`USERS_TABLE: ${name} could not be read in time`, {
      remedy: 'See that its id column has an index, and that nothing keeps the table locked.',
      cause,
    });
  }
  if (IN_ITS_WORDS.test(state) || (kind === 'f' && UNREACHABLE.test(state))) {
    return new UsersTableError(
      `USERS_TABLE: ${name} can't be read: ${describeError(cause).message} (SQLSTATE ${state})`,
      { remedy: 'Fix what Postgres names, or name another table or view.', cause },
    );
  }
  if (!OF_A_VIEW.test(state)) return null;
  return new UsersTableError(`USERS_TABLE: ${name} can't be read (SQLSTATE ${state})`, {
    remedy: "Read the id column with our role to see what fails in it: Postgres's log says more.",
    cause,
  });
};
