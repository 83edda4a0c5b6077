import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Client } from '../../db/client.ts';
import { hashSecret, isSecret, newSecret } from '../secrets.ts';
import type { Session } from '../sessions.ts';

/* What passkeys are asked to sign: each for one browser, for a few minutes, once. */

/** So long somebody may take for it. Source: Web Authentication Level 3, section 15.1. */
export const CHALLENGE_MINUTES = 5;
const CHALLENGE_BYTES = 32;

type Queries = Pick<pg.Pool | Client, 'query'>;

/** What somebody is about to do with a passkey. */
export type Challenge = Readonly<{
  challenge: Buffer;
  /** Whose passkey it must be; null: that is what the passkey says. */
  operatorId: number | null;
  /** Of whom a new passkey will be. */
  userHandle: Buffer | null;
}>;

type Begun = Readonly<{
  /** Of the browser's cookie. */
  token: string;
  purpose: 'add' | 'sign_in' | 'second_step';
  operatorId?: number;
  challenge?: Buffer;
  userHandle?: Buffer;
}>;

/** In place of what the same browser has begun before; what is too old goes, so that there is never much of it. */
const keep = async (client: Queries, begun: Begun): Promise<void> => {
  const { token, purpose, operatorId = null, challenge = null, userHandle = null } = begun;
  await client.query(
    `with swept as (
       delete from reconciler.passkey_challenges where token_hash in (
         select token_hash from reconciler.passkey_challenges
          where expires_at < now() and token_hash <> $1 limit 100 for update skip locked)
     )
     insert into reconciler.passkey_challenges as c
            (token_hash, purpose, operator_id, challenge, user_handle, expires_at)
     values ($1, $2, $3, $4, $5, now() + $6 * interval '1 min')
         on conflict (token_hash) do update set
            purpose = excluded.purpose, operator_id = excluded.operator_id,
            challenge = excluded.challenge, user_handle = excluded.user_handle,
            expires_at = excluded.expires_at`,
    [hashSecret(token), purpose, operatorId, challenge, userHandle, CHALLENGE_MINUTES],
  );
};

/** Of a new passkey, for the browser of a session. */
export const challengeToAdd = async (
  client: Queries,
  { token, operator }: Session,
  userHandle: Buffer,
): Promise<Buffer> => {
  const challenge = randomBytes(CHALLENGE_BYTES);
  const operatorId = operator.id;
  await keep(client, { token, purpose: 'add', operatorId, challenge, userHandle });
  return challenge;
};

/** For a browser of which nobody knows yet whose it is. @returns with the token for its cookie */
export const challengeToSignIn = async (
  client: Queries,
): Promise<{ token: string; challenge: Buffer }> => {
  const [token, challenge] = [newSecret(), randomBytes(CHALLENGE_BYTES)];
  await keep(client, { token, purpose: 'sign_in', challenge });
  return { token, challenge };
};

/** After the right password: the passkey is what is still missing. @returns the token for the cookie */
export const beginSecondStep = async (client: Queries, operatorId: number): Promise<string> => {
  const token = newSecret();
  await keep(client, { token, purpose: 'second_step', operatorId });
  return token;
};

/** A new challenge for whoever has shown the password; null where nobody did, or too long ago. */
export const challengeOfSecondStep = async (
  client: Queries,
  token: string,
): Promise<{ challenge: Buffer; operatorId: number } | null> => {
  const challenge = randomBytes(CHALLENGE_BYTES);
  const { rows } = await client.query<{ id: number }>(
    `update reconciler.passkey_challenges set challenge = $2
      where token_hash = $1 and purpose = 'second_step' and expires_at > now()
      returning operator_id::int as id`,
    [hashSecret(token), challenge],
  );
  return rows[0] === undefined ? null : { challenge, operatorId: rows[0].id };
};

/** Whether a browser has shown the password, and the passkey is what is still missing. */
export const isSecondStep = async (client: Queries, token: string): Promise<boolean> => {
  if (!isSecret(token)) return false;
  const { rowCount } = await client.query(
    `select from reconciler.passkey_challenges
      where token_hash = $1 and purpose = 'second_step' and expires_at > now()`,
    [hashSecret(token)],
  );
  return rowCount === 1;
};

/** Takes what a browser was given: it is used up, whatever comes of it. Null where there is none, or it is too old. */
export const takeChallenge = async (
  client: Queries,
  token: string,
  purpose: Begun['purpose'],
): Promise<Challenge | null> => {
  const { rows } = await client.query<{
    challenge: Buffer | null;
    operator_id: string | null;
    user_handle: Buffer | null;
    is_open: boolean;
  }>(
    `delete from reconciler.passkey_challenges where token_hash = $1 and purpose = $2
      returning challenge, operator_id, user_handle, expires_at > now() as is_open`,
    [hashSecret(token), purpose],
  );
  const [row] = rows;
  if (row === undefined || row.challenge === null || !row.is_open) return null;
  const operatorId = row.operator_id === null ? null : Number(row.operator_id);
  return { challenge: row.challenge, operatorId, userHandle: row.user_handle };
};
