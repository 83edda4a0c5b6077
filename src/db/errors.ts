import pg from 'pg';

/** Drizzle wraps what pg throws; the SQLSTATE is on the innermost DatabaseError. */
const sqlState = (error: unknown): string | null => {
  if (error instanceof pg.DatabaseError) return error.code ?? null;
  return error instanceof Error && error.cause !== undefined ? sqlState(error.cause) : null;
};

const WORTH_ANOTHER_TRY = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '23505', // unique_violation: someone else was first, and now we can see their row
  '55P03', // lock_not_available (lock_timeout)
]);

/** Whether a transaction that failed so may well succeed when it is done again. */
export const isWorthAnotherTry = (error: unknown): boolean =>
  WORTH_ANOTHER_TRY.has(sqlState(error) ?? '');

/** Whether Postgres answered at all: a statement that it refused, rather than a connection that broke. */
export const isRefusedByPostgres = (error: unknown): boolean => {
  const state = sqlState(error);
  // Classes 08, 53, 57 and 58: connection, resources, operator intervention, system error.
  return state !== null && !/^(08|53|57|58)/.test(state);
};
