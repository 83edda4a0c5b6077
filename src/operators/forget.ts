import type pg from 'pg';
import { deleteInBatches } from '../db/remove-old.ts';
import { REMEMBERED_DAYS } from './places.ts';
import { IDLE_HOURS } from './sessions.ts';
import { FORGOTTEN_HOURS } from './throttle.ts';
import { EXPIRES } from './token-record.ts';

/** Rows that are of no use any more. */
type Over = Readonly<{
  table: string;
  /** Its primary key. */
  key: string;
  /** SQL of a row `t`; its value is $2. */
  isOver: string;
  value?: number;
}>;

/** What let somebody in, or kept them out. */
const SIGN_INS: readonly Over[] = [
  {
    table: 'sessions',
    key: 'token_hash',
    isOver: `expires_at < now() or seen_at < now() - $2 * interval '1 hour'`,
    value: IDLE_HOURS,
  },
  { table: 'sign_in_links', key: 'token_hash', isOver: 'expires_at < now()' },
  {
    table: 'sign_in_failures',
    key: 'key',
    isOver: `failed_at < now() - $2 * interval '1 hour' and blocked_until < now()`,
    value: FORGOTTEN_HOURS,
  },
  {
    table: 'sign_in_places',
    key: 'operator_id, place_hash',
    isOver: `seen_at < now() - $2 * interval '1 day'`,
    value: REMEMBERED_DAYS,
  },
  { table: 'used_logout_tokens', key: 'token_hash', isOver: 'expires_at < now()' },
  { table: 'passkey_challenges', key: 'token_hash', isOver: 'expires_at < now()' },
];

/** So long a token that has ended can still be looked up: what a program held, and until when. */
const TOKENS_KEPT_DAYS = 90;

const TOKENS: readonly Over[] = [
  {
    table: 'former_token_secrets',
    key: 'token_hash',
    isOver: `until < now() - $2 * interval '1 day'`,
    value: TOKENS_KEPT_DAYS,
  },
  {
    table: 'api_tokens',
    key: 'id',
    isOver: `least(t.revoked_at, ${EXPIRES}) < now() - $2 * interval '1 day'`,
    value: TOKENS_KEPT_DAYS,
  },
];

/** @returns how many rows went */
const removeOver = async (
  pool: pg.Pool,
  signal: AbortSignal,
  kinds: readonly Over[],
): Promise<number> => {
  let removed = 0;
  for (const { table, key, isOver, value } of kinds) {
    removed += await deleteInBatches(
      pool,
      signal,
      `delete from reconciler.${table} where (${key}) in (
         select ${key} from reconciler.${table} t where ${isOver} limit $1 for update skip locked)`,
      value === undefined ? [] : [value],
    );
  }
  return removed;
};

/**
 * Removes what let somebody in, or kept them out, and is over. Each sign-in and each try makes room, too;
 * this does where none comes.
 *
 * @returns how many rows went
 */
export const forgetSignIns = (pool: pg.Pool, signal: AbortSignal): Promise<number> =>
  removeOver(pool, signal, SIGN_INS);

/**
 * Removes tokens that ended long ago, and secrets whose overlap is over. The audit log goes on naming them, and their
 * numbers are never given to others.
 *
 * @returns how many rows went
 */
export const forgetTokens = (pool: pg.Pool, signal: AbortSignal): Promise<number> =>
  removeOver(pool, signal, TOKENS);
