import type pg from 'pg';
import { inTransaction } from '../db/client.ts';
import type { Role } from '../support/permissions.ts';
import { recordChange } from '../support/record-change.ts';
import { isPassword, LONGEST_PASSWORD, nobodysHash } from './password.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { openSession } from './sessions.ts';
import { forgive, takeTry } from './throttle.ts';

/** What became of a try to sign in. */
export type SignInResult =
  | Readonly<{ kind: 'signed_in'; token: string }>
  /** Name or password: which of them is not told. */
  | Readonly<{ kind: 'wrong' }>
  | Readonly<{ kind: 'wait'; seconds: number }>;

type Known = Readonly<{ id: number; name: string; role: Role }>;

/**
 * Signs in with name and password.
 *
 * @param from where the request came from: wrong tries are counted by name and place
 */
export const signInWithPassword = async (
  pool: pg.Pool,
  { name, password, from }: { name: string; password: string; from: string },
): Promise<SignInResult> => {
  if (name.includes('\0') || password.length > LONGEST_PASSWORD) return { kind: 'wrong' };
  const key = `${name.toLowerCase().slice(0, 200)} ${from}`;
  const seconds = await takeTry(pool, key);
  if (seconds > 0) return { kind: 'wait', seconds };
  const { rows } = await pool.query<Known & { password_hash: string | null }>(
    `select id::int, name, role, password_hash from reconciler.operators
      where lower(name) = lower($1) and disabled_at is null`,
    [name],
  );
  const operator = rows[0];
  const hash = operator?.password_hash ?? null;
  const isRight = await isPassword(password, hash ?? (await nobodysHash()));
  if (operator === undefined || hash === null || !isRight) return { kind: 'wrong' };
  await forgive(pool, key);
  return { kind: 'signed_in', token: await begin(pool, operator, 'password') };
};

/** Opens a session, and writes down that it was: by whom and how. */
export const begin = (
  pool: pg.Pool,
  { id, name, role }: Known,
  how: 'password' | 'link' | 'openid_connect',
): Promise<string> =>
  inTransaction(pool, async client => {
    await recordChange(
      client,
      { key: `operator:${id}`, name, role, face: 'console', onceKey: null },
      { action: 'sign_in', target: `operator:${id}`, after: { how } },
    );
    return openSession(client, id);
  });

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
export const signInWithLink = async (pool: pg.Pool, secret: string): Promise<string | null> => {
  const { rows } = await pool.query<Known>(
    `with used as (
       delete from reconciler.sign_in_links where token_hash = $1 and expires_at > now()
       returning operator_id
     )
     select o.id::int, o.name, o.role from used
       join reconciler.operators o on o.id = used.operator_id
      where o.disabled_at is null`,
    [hashSecret(secret)],
  );
  return rows[0] === undefined ? null : begin(pool, rows[0], 'link');
};
