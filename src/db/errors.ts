import pg from 'pg';
import { describeError } from '../ops/log.ts';
import type { Unfit } from './fitness.ts';

/** Drizzle wraps what pg throws; the SQLSTATE is on the innermost DatabaseError. */
export const sqlState = (error: unknown): string | null => {
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

/** Whether a statement failed because others had locked what it needed. */
export const isLockTrouble = (error: unknown): boolean =>
  ['40P01', '55P03'].includes(sqlState(error) ?? '');

const wordsOf = (error: unknown): unknown =>
  isSilence(error) ? 'Postgres stopped answering' : describeError(error).message;

/** A migration that failed, in words for whoever runs it. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';

  /** @param of what was to be migrated */
  constructor(of: string, cause: unknown) {
    const [failure, remedy] = isLockTrouble(cause)
      ? [
          'timed out: a long transaction keeps a table in use',
          'End that transaction (the oldest xact_start in pg_stat_activity) or wait for it',
        ]
      : [`failed: ${wordsOf(cause)}`, 'Fix the cause'];
    super(
      `The migration of ${of} ${failure}. None of it was applied. ${remedy}, then run "migrate" again.`,
      { cause },
    );
  }
}

/** Nothing was migrated, and nothing changed: the database won't do, or somebody else is at it. */
export class CannotMigrateError extends Error {
  override readonly name = 'CannotMigrateError';

  constructor({ detail, remedy }: Unfit) {
    super(`Nothing was migrated: ${detail}. ${remedy}`);
  }
}

/** What is done over other connections than the one that its lock is kept with, where there are none. */
export class TooFewConnectionsError extends Error {
  override readonly name = 'TooFewConnectionsError';

  /** @param given how many there are in all */
  constructor(given: number) {
    super(
      `Postgres gives us too few connections for this (${given}): raise max_connections, or the limit of our role or database.`,
    );
  }
}

/** Whether Postgres refused a statement for what is in one of its rows (data, constraint, size). */
export const isFaultOfARow = (error: unknown): boolean => /^(22|23|54)/.test(sqlState(error) ?? '');

const NOT_MIGRATED = new Set(['3F000', '42P01', '42703']);
const NETWORK = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)/;

/**
 * What is wrong with the database, in a sentence for whoever runs a command: can't be reached, refuses
 * us, isn't migrated. Null for an error that is no such thing.
 *
 * @param setting the one that says where it is
 */
export const databaseFault = (error: unknown, setting = 'DATABASE_URL'): string | null => {
  const state = sqlState(error);
  if (state !== null && NOT_MIGRATED.has(state))
    return 'The database is missing migrations: run "migrate".';
  if (error instanceof TooFewConnectionsError) return error.message;
  if (isSilence(error)) return `Postgres can't be used (${setting}): it doesn't answer.`;
  const distrust = certificateFault(error, setting);
  if (distrust !== null) return distrust;
  const innermost = innermostError(error);
  if (innermost === null) return null;
  const { message } = innermost;
  const code = 'code' in innermost ? String(innermost.code) : '';
  // 08: connection, 28: authorization, 3D: no such database, 53, 57: too busy, shutting down.
  const unusable = state !== null && /^(08|28|3D|53|57)/.test(state);
  const unreachable = NETWORK.test(code) || /^Connection terminated/.test(message);
  return unusable || unreachable
    ? `Postgres can't be used (${setting}): ${message || code}.`
    : null;
};

/** Node's words for a certificate that no CA it knows has signed (or none of the chain is shown). */
const UNKNOWN_CA = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** A database with a CA of its own (most managed ones): sslmode=require checks the certificate, unlike in libpq. */
const certificateFault = (error: unknown, setting: string): string | null => {
  const innermost = innermostError(error);
  if (innermost === null || !('code' in innermost)) return null;
  const { code, message } = innermost;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `Postgres can't be used (${setting}): ${message}. Use the name that its certificate is for.`;
  }
  if (typeof code !== 'string' || !UNKNOWN_CA.has(code)) return null;
  return `Postgres can't be used (${setting}): ${message}. Its certificate is from a CA that isn't known here: download that CA's certificate, and add sslrootcert=/path/to/ca.pem to ${setting}. Or set NODE_EXTRA_CA_CERTS=/path/to/ca.pem in the shell or the service that starts this: in .env it comes too late.`;
};

/** What pg and its pool say of a server that has said nothing for as long as they wait. */
const SILENCE =
  /^(timeout expired|Query read timeout|timeout exceeded when trying to connect|Connection terminated due to connection timeout)/;

const isSilence = (error: unknown): boolean =>
  error instanceof Error && (SILENCE.test(error.message) || isSilence(error.cause));

const innermostError = (error: unknown): Error | null => {
  if (!(error instanceof Error)) return null;
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0];
  return innermostError(error.cause) ?? error;
};
