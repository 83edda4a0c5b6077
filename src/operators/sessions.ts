import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type pg from 'pg';
import type { Role } from '../access/permissions.ts';
import { hashSecret, isSecret, newSecret } from './secrets.ts';
import type { SignInPolicy } from './sign-in-policy.ts';

/** Somebody who is signed in. */
export type Session = Readonly<{
  token: string;
  operator: Readonly<{
    id: number;
    name: string;
    role: Role;
    /** In which they are told times, as IANA calls it; null: the one of their browser. */
    timeZone: string | null;
  }>;
  /** Goes into each form, and comes back with it: a stranger's page can't know it. */
  csrf: string;
  notice: Notice | null;
  /** Under SECOND_FACTOR=required: a password has let them in alone, so all they may do is to add a passkey. */
  mustAddPasskey: boolean;
}>;

/** What the next page tells of what was done. */
export type Notice = Readonly<{ text: string; undo?: { label: string; path: string } }>;

/** After so long without a request, and in any case after so long. */
export const IDLE_HOURS = 8;
const LONGEST_HOURS = {
  password: 7 * 24,
  password_and_passkey: 7 * 24,
  passkey: 7 * 24,
  link: 7 * 24,
  // Groups are only read when somebody signs in: who has left one is out by the next day, also when it
  // was a link that let them in.
  openid_connect: 12,
} as const;
/** How somebody came in. */
export type How = keyof typeof LONGEST_HOURS;
/** So long it is still known whose it was: for what they were typing (findOverSession). It lets nobody in. */
const OVER_HOURS = 24;
/** Seen: told to the database at most so often. */
const SEEN_MINUTES = 5;

/** @returns the token for the cookie */
export const openSession = async (
  client: Pick<pg.Pool, 'query'>,
  operatorId: number,
  how: How,
): Promise<string> => {
  const token = newSecret();
  await client.query(
    `with swept as (
       delete from reconciler.sessions
        where least(expires_at, seen_at + $4 * interval '1 hour') < now() - interval '${OVER_HOURS} hours'
     )
     insert into reconciler.sessions (token_hash, operator_id, how, expires_at)
     select $1, id, $6, now() + interval '1 hour'
                          * case when oidc_identity is null then $3::int else least($3, $5::int) end
       from reconciler.operators where id = $2`,
    [
      hashSecret(token),
      operatorId,
      LONGEST_HOURS[how],
      IDLE_HOURS,
      LONGEST_HOURS.openid_connect,
      how,
    ],
  );
  return token;
};

const LONGEST_AGENT = 200;

/** Writes down where it was opened, for whoever has to know it again in a list. */
export const tellWhere = async (
  pool: pg.Pool,
  token: string,
  where: { address: string; userAgent: string | undefined },
): Promise<void> => {
  const agent = where.userAgent?.replace(/\p{C}/gu, '').slice(0, LONGEST_AGENT).toWellFormed();
  await pool.query(
    'update reconciler.sessions set address = $2, user_agent = $3 where token_hash = $1',
    [hashSecret(token), where.address, agent ?? null],
  );
};

/** Which session of the provider's it goes with. @param of.idToken locked */
export const keepProviderSession = async (
  client: Pick<pg.Pool, 'query'>,
  token: string,
  of: { providerSession: string | null; idToken: string },
): Promise<void> => {
  await client.query(
    'update reconciler.sessions set provider_session = $2, id_token = $3 where token_hash = $1',
    [hashSecret(token), of.providerSession, of.idToken],
  );
};

/** Of the session with this token. */
export const csrfOf = (token: string): string =>
  createHmac('sha256', token).update('csrf').digest('base64url');

const xor = (one: Uint8Array, other: Uint8Array): Buffer =>
  Buffer.from(one.map((byte, n) => byte ^ (other[n] ?? 0)));

/**
 * The number for a form, spelt differently each time. Pages are sent compressed and show what somebody searched for: from
 * their lengths whoever listens could else guess it, letter by letter, with many searches. Source: BREACH, 2013.
 */
export const maskCsrf = ({ csrf }: Pick<Session, 'csrf'>): string => {
  const own = Buffer.from(csrf, 'base64url');
  const mask = randomBytes(own.length);
  return Buffer.concat([mask, xor(own, mask)]).toString('base64url');
};

/** Whether this came from a form of this session. @param given as maskCsrf spells it, or plainly, as earlier versions did */
export const isCsrf = ({ csrf }: Pick<Session, 'csrf'>, given: string): boolean => {
  const own = Buffer.from(csrf, 'base64url');
  const bytes = Buffer.from(given, 'base64url');
  const isMasked = bytes.length === 2 * own.length;
  const theirs = isMasked ? xor(bytes.subarray(0, own.length), bytes.subarray(own.length)) : bytes;
  return own.length > 0 && own.length === theirs.length && timingSafeEqual(own, theirs);
};

const ANY_WAY: SignInPolicy = { hasPasswords: true, needsSecondFactor: false };

/** SQL: whether a session counts under SIGN_IN=company. @param hasPasswords SQL, too */
export const countsUnder = (hasPasswords: string): string =>
  `(${hasPasswords} or s.how in ('link', 'openid_connect'))`;

/**
 * Who the cookie's token stands for; null when it is unknown, over, or its operator was disabled. The role
 * is the operator's present one.
 *
 * @param policy under SIGN_IN=company a session that a password or a passkey has opened is over, too
 */
export const findSession = async (
  pool: pg.Pool,
  token: string,
  { hasPasswords, needsSecondFactor }: SignInPolicy = ANY_WAY,
): Promise<Session | null> => {
  if (!isSecret(token)) return null;
  const { rows } = await pool.query<{
    id: string;
    name: string;
    role: Role;
    notice: Notice | null;
    how: How | null;
    time_zone: string | null;
    is_stale: boolean;
  }>({
    name: 'find-session',
    text: `
      select o.id, o.name, o.role, o.time_zone, s.notice, s.how,
             s.seen_at < now() - $3 * interval '1 min' as is_stale
        from reconciler.sessions s join reconciler.operators o on o.id = s.operator_id
       where s.token_hash = $1 and o.disabled_at is null
         and s.expires_at > now() and s.seen_at > now() - $2 * interval '1 hour'
         and ${countsUnder('$4')}`,
    values: [hashSecret(token), IDLE_HOURS, SEEN_MINUTES, hasPasswords],
  });
  const row = rows[0];
  if (row === undefined) return null;
  if (row.is_stale) {
    await pool.query('update reconciler.sessions set seen_at = now() where token_hash = $1', [
      hashSecret(token),
    ]);
  }
  const { name, role, time_zone: timeZone } = row;
  const operator = { id: Number(row.id), name, role, timeZone };
  const mustAddPasskey = needsSecondFactor && row.how === 'password';
  return { token, operator, csrf: csrfOf(token), notice: row.notice, mustAddPasskey };
};

/** Leaves word for the next page. @param yields whether one that nobody has been told yet stays instead */
export const leaveNotice = async (
  pool: pg.Pool,
  { token }: Session,
  notice: Notice,
  yields = false,
): Promise<void> => {
  await pool.query(
    'update reconciler.sessions set notice = $2 where token_hash = $1 and (notice is null or not $3)',
    [hashSecret(token), JSON.stringify(notice), yields],
  );
};

/** Takes away the word that a page tells; what was left since (in another tab) stays for the next page. */
export const takeNotice = async (pool: pg.Pool, { token, notice }: Session): Promise<void> => {
  if (notice === null) return;
  await pool.query(
    'update reconciler.sessions set notice = null where token_hash = $1 and notice = $2::jsonb',
    [hashSecret(token), JSON.stringify(notice)],
  );
};

/** @returns the ID token that it was opened with, locked; null where it was not the company's sign-in */
export const endSession = async (
  pool: pg.Pool,
  { token }: Pick<Session, 'token'>,
): Promise<string | null> => {
  const { rows } = await pool.query<{ id_token: string | null }>(
    'delete from reconciler.sessions where token_hash = $1 returning id_token',
    [hashSecret(token)],
  );
  return rows[0]?.id_token ?? null;
};

/** What waits for a passkey after the password: that has to be shown again. */
export const endSecondSteps = async (
  client: Pick<pg.Pool, 'query'>,
  operatorId: number,
): Promise<void> => {
  await client.query(
    `delete from reconciler.passkey_challenges where operator_id = $1 and purpose = 'second_step'`,
    [operatorId],
  );
};

/** Ends what an operator has open, and sign-ins that are half done, but for the one that is kept. @returns how many that were */
export const endSessionsOf = async (
  client: Pick<pg.Pool, 'query'>,
  operatorId: number,
  kept: Session | null = null,
): Promise<number> => {
  await endSecondSteps(client, operatorId);
  const { rowCount } = await client.query(
    'delete from reconciler.sessions where operator_id = $1 and token_hash is distinct from $2',
    [operatorId, kept === null ? null : hashSecret(kept.token)],
  );
  return rowCount ?? 0;
};
