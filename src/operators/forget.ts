import type pg from 'pg';
import { deleteInBatches } from '../db/remove-old.ts';
import { REMEMBERED_DAYS } from './places.ts';
import { IDLE_HOURS } from './sessions.ts';
import { FORGOTTEN_HOURS } from './throttle.ts';
import { EXPIRES } from './token-record.ts';

/**
 * Removes what let somebody in, or kept them out, and is over. Each sign-in and each try makes room, too;
 * this does where none comes.
 *
 * @returns how many rows went
 */
export const forgetSignIns = async (pool: pg.Pool, signal: AbortSignal): Promise<number> => {
  const sessions = await deleteInBatches(
    pool,
    signal,
    `delete from reconciler.sessions where token_hash in (
       select token_hash from reconciler.sessions
        where expires_at < now() or seen_at < now() - $2 * interval '1 hour'
        limit $1 for update skip locked)`,
    [IDLE_HOURS],
  );
  const links = await deleteInBatches(
    pool,
    signal,
    `delete from reconciler.sign_in_links where token_hash in (
       select token_hash from reconciler.sign_in_links
        where expires_at < now() limit $1 for update skip locked)`,
  );
  const failures = await deleteInBatches(
    pool,
    signal,
    `delete from reconciler.sign_in_failures where key in (
       select key from reconciler.sign_in_failures
        where failed_at < now() - $2 * interval '1 hour' and blocked_until < now()
        limit $1 for update skip locked)`,
    [FORGOTTEN_HOURS],
  );
  const places = await deleteInBatches(
    pool,
    signal,
    `delete from reconciler.sign_in_places where (operator_id, place_hash) in (
       select operator_id, place_hash from reconciler.sign_in_places
        where seen_at < now() - $2 * interval '1 day' limit $1 for update skip locked)`,
    [REMEMBERED_DAYS],
  );
  const logouts = await deleteInBatches(
    pool,
    signal,
    `delete from reconciler.used_logout_tokens where token_hash in (
       select token_hash from reconciler.used_logout_tokens
        where expires_at < now() limit $1 for update skip locked)`,
  );
  const challenges = await deleteInBatches(
    pool,
    signal,
    `delete from reconciler.passkey_challenges where token_hash in (
       select token_hash from reconciler.passkey_challenges
        where expires_at < now() limit $1 for update skip locked)`,
  );
  return sessions + links + failures + places + logouts + challenges;
};

/** So long a token that has ended can still be looked up: what a program held, and until when. */
const TOKENS_KEPT_DAYS = 90;

/**
 * Removes tokens that ended long ago, and secrets whose overlap is over. The audit log goes on naming them, and their
 * numbers are never given to others.
 *
 * @returns how many rows went
 */
export const forgetTokens = async (pool: pg.Pool, signal: AbortSignal): Promise<number> => {
  const secrets = await deleteInBatches(
    pool,
    signal,
    `delete from reconciler.former_token_secrets where token_hash in (
       select token_hash from reconciler.former_token_secrets
        where until < now() - $2 * interval '1 day' limit $1 for update skip locked)`,
    [TOKENS_KEPT_DAYS],
  );
  const tokens = await deleteInBatches(
    pool,
    signal,
    `delete from reconciler.api_tokens where id in (
       select t.id from reconciler.api_tokens t
        where least(t.revoked_at, ${EXPIRES}) < now() - $2 * interval '1 day'
        limit $1 for update skip locked)`,
    [TOKENS_KEPT_DAYS],
  );
  return secrets + tokens;
};
