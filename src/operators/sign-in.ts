import type pg from 'pg';
import type { Actor } from '../access/actor.ts';
import type { Role } from '../access/permissions.ts';
import { recordChange } from '../audit-log/record.ts';
import { type Client, inTransaction } from '../db/client.ts';
import {
  HashingBusyError,
  isHashingBusy,
  isPassword,
  LONGEST_PASSWORD,
  NOBODYS_HASH,
} from './password.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { openSession } from './sessions.ts';
import { forgive, giveBackTry, takeTry } from './throttle.ts';

/** What became of a try to sign in. */
export type SignInResult =
  | Readonly<{ kind: 'signed_in'; token: string }>
  /** Name or password: which of them is not told. */
  | Readonly<{ kind: 'wrong' }>
  | Readonly<{ kind: 'wait'; seconds: number }>
  /** Too many sign in just now: this one was not looked at, and not counted. */
  | Readonly<{ kind: 'busy' }>;

export type Known = Readonly<{ id: number; name: string; role: Role }>;

/**
 * Signs in with name and password.
 *
 * @param from where the request came from: wrong tries are counted by name and place
 */
export const signInWithPassword = async (
  pool: pg.Pool,
  { name, password, from }: { name: string; password: string; from: string },
): Promise<SignInResult> => {
  const isPossible = !name.includes('\0') && password.length <= LONGEST_PASSWORD;
  if (!isPossible) return { kind: 'wrong' };
  if (isHashingBusy()) return { kind: 'busy' };
  const trier = { name, from };
  const seconds = await takeTry(pool, trier);
  if (seconds > 0) return { kind: 'wait', seconds };
  const operator = await findWithPassword(pool, name);
  try {
    const isRight = await isPassword(password, operator?.password_hash ?? NOBODYS_HASH);
    if (operator === undefined || !isRight) return { kind: 'wrong' };
  } catch (error) {
    if (!(error instanceof HashingBusyError)) throw error;
    await giveBackTry(pool, trier);
    return { kind: 'busy' };
  }
  await forgive(pool, trier);
  const token = await inTransaction(pool, client => begin(client, operator, 'password'));
  return { kind: 'signed_in', token };
};

const findWithPassword = async (
  pool: pg.Pool,
  name: string,
): Promise<(Known & { password_hash: string }) | undefined> => {
  const { rows } = await pool.query<Known & { password_hash: string }>(
    `select id::int, name, role, password_hash from reconciler.operators
      where lower(name) = lower($1) and disabled_at is null and password_hash is not null`,
    [name],
  );
  return rows[0];
};

/** Who signs in, or changes their own account, as the audit log names them. */
export const operatorActor = ({ id, name, role }: Known): Actor => ({
  key: `operator:${id}`,
  name,
  role,
  face: 'console',
  idempotencyKey: null,
});

/** Opens a session, and writes down that it was: by whom and how. @returns the token for the cookie */
export const begin = async (
  client: Client,
  operator: Known,
  how: 'password' | 'link' | 'openid_connect',
): Promise<string> => {
  await recordChange(client, operatorActor(operator), {
    action: 'sign_in',
    target: `operator:${operator.id}`,
    after: { how },
  });
  return openSession(client, operator.id, how);
};

/** @returns the secret of a link that signs in once, within the minutes given */
export const createSignInLink = async (
  client: Pick<pg.Pool, 'query'>,
  operatorId: number,
  minutes: number,
): Promise<string> => {
  const secret = newSecret();
  await client.query(
    `with swept as (delete from reconciler.sign_in_links where expires_at < now())
     insert into reconciler.sign_in_links (token_hash, operator_id, expires_at)
     values ($1, $2, now() + $3 * interval '1 min')`,
    [hashSecret(secret), operatorId, minutes],
  );
  return secret;
};

/** Signs in with a link, which is used up by it; null when it is unknown, used or too old. */
export const signInWithLink = (pool: pg.Pool, secret: string): Promise<string | null> =>
  inTransaction(pool, async client => {
    const { rows } = await client.query<Known>(
      `with used as (
         delete from reconciler.sign_in_links where token_hash = $1 and expires_at > now()
         returning operator_id
       )
       select o.id::int, o.name, o.role from used
         join reconciler.operators o on o.id = used.operator_id
        where o.disabled_at is null`,
      [hashSecret(secret)],
    );
    return rows[0] === undefined ? null : begin(client, rows[0], 'link');
  });
