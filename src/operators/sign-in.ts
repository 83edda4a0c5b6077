import type pg from 'pg';
import type { Actor } from '../access/actor.ts';
import { type Budget, createBudget } from '../access/budget.ts';
import { networkOf } from '../access/network.ts';
import type { Role } from '../access/permissions.ts';
import { recordChange } from '../audit-log/record.ts';
import { type Client, inTransaction } from '../db/client.ts';
import { beginSecondStep } from './passkeys/challenges.ts';
import { hasPasskey } from './passkeys/passkeys.ts';
import {
  HashingBusyError,
  isHashingBusy,
  isPassword,
  LONGEST_PASSWORD,
  NOBODYS_HASH,
  type Turn,
} from './password.ts';
import { placesOf, REMEMBERED_DAYS } from './places.ts';
import { hashSecret, isSecret, newSecret } from './secrets.ts';
import { type How, openSession } from './sessions.ts';
import { forgive, giveBackTry, takeTry } from './throttle.ts';

/** What became of a try to sign in. */
export type SignInResult =
  | Readonly<{ kind: 'signed_in'; token: string }>
  /** The password is right, and they have a passkey: that is still missing. Its token is no session's. */
  | Readonly<{ kind: 'second_step'; token: string }>
  /** Name or password: which of them is not told. */
  | Readonly<{ kind: 'wrong' }>
  | Readonly<{ kind: 'wait'; seconds: number }>
  /** Too many sign in just now: this one was not looked at, and not counted. */
  | Readonly<{ kind: 'busy' }>;

export type Known = Readonly<{ id: number; name: string; role: Role }>;

/** Of strangers' wrong passwords: so many from one network at once, and then one each so many seconds. */
const TRIES = { atOnce: 20, perSecond: 1 / 6 } as const;
/** What each network may still try. */
export const createTries = (): Budget => createBudget(TRIES);

/**
 * Signs in with name and password. Whoever has signed in from there before, with this browser or from this
 * network, is not kept out by what strangers try: neither by their number nor, with the browser, by their
 * wrong passwords for the same name.
 *
 * @param from the address that the request came from: wrong tries are counted by name and network
 * @param device what the browser was given at an earlier sign-in
 * @param tries of the strangers, by network; left out: without that limit
 */
export const signInWithPassword = async (
  pool: pg.Pool,
  {
    name,
    password,
    from,
    device = null,
  }: { name: string; password: string; from: string; device?: string | null },
  tries: Budget | null = null,
): Promise<SignInResult> => {
  const isPossible = !name.includes('\0') && password.length <= LONGEST_PASSWORD;
  if (!isPossible) return { kind: 'wrong' };
  const places = placesOf({ address: from, device });
  const operator = await findWithPassword(pool, name, places);
  const network = networkOf(from);
  const { turn, place } = standingOf(operator, places, network);
  if (isHashingBusy(turn)) return { kind: 'busy' };
  const untilNext = turn.standing === 'stranger' ? (tries?.take(network) ?? 0) : 0;
  if (untilNext > 0) return { kind: 'wait', seconds: untilNext };
  const trier = { name, from: place };
  const seconds = await takeTry(pool, trier);
  if (seconds > 0) return { kind: 'wait', seconds };
  try {
    const isRight = await isPassword(password, operator?.password_hash ?? NOBODYS_HASH, turn);
    if (operator === undefined || !isRight) return { kind: 'wrong' };
  } catch (error) {
    if (!(error instanceof HashingBusyError)) throw error;
    await giveBackTry(pool, trier);
    tries?.giveBack(network);
    return { kind: 'busy' };
  }
  const result = await inTransaction(pool, async (client): Promise<SignInResult> => {
    if (!(await lockAsFound(client, operator))) return { kind: 'wrong' };
    return (await hasPasskey(client, operator.id))
      ? { kind: 'second_step', token: await beginSecondStep(client, operator.id) }
      : { kind: 'signed_in', token: await begin(client, operator, 'password', from) };
  });
  if (result.kind === 'wrong') return result;
  await forgive(pool, trier);
  tries?.giveBack(network);
  return result;
};

/**
 * Whether the password that was right still is. Whoever changes it, or disables them, ends what is open: that waits for
 * this sign-in, or this one for that.
 */
const lockAsFound = async (
  client: Client,
  { id, password_hash: hash }: WithPassword,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    `select from reconciler.operators
      where id = $1 and password_hash = $2 and disabled_at is null for share`,
    [id, hash],
  );
  return rowCount === 1;
};

/** How they wait for their turn, and where their wrong tries are counted. */
const standingOf = (
  operator: WithPassword | undefined,
  { device }: ReturnType<typeof placesOf>,
  network: string,
): { turn: Turn; place: string } => {
  if (operator?.known_by === 'device' && device !== null) {
    // It has tries of its own: nobody else can use them up.
    const place = `device:${device.toString('hex')}`;
    return { turn: { standing: 'known', of: place }, place };
  }
  if (operator?.known_by === 'network') {
    return { turn: { standing: 'known_network', of: `operator:${operator.id}` }, place: network };
  }
  return { turn: { standing: 'stranger', of: network }, place: network };
};

type WithPassword = Known &
  Readonly<{
    password_hash: string;
    /** How it is known that they have signed in from there before. */
    known_by: 'device' | 'network' | null;
  }>;

const findWithPassword = async (
  pool: pg.Pool,
  name: string,
  places: ReturnType<typeof placesOf>,
): Promise<WithPassword | undefined> => {
  const { rows } = await pool.query<WithPassword>(
    `select id::int, name, role, password_hash,
            (select case when place_hash = $2 then 'device' else 'network' end
               from reconciler.sign_in_places p
              where p.operator_id = o.id and p.place_hash in ($2, $3)
                and p.seen_at > now() - $4 * interval '1 day'
              order by p.place_hash = $2 desc limit 1) as known_by
       from reconciler.operators o
      where lower(name) = lower($1) and disabled_at is null and password_hash is not null`,
    // Without a device, what no hash is equal to.
    [name, places.device ?? Buffer.alloc(0), places.network, REMEMBERED_DAYS],
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

/** Opens a session, and writes down that it was: by whom, how, from which address and with which passkey. @returns the token for the cookie */
export const begin = async (
  client: Client,
  operator: Known,
  how: How,
  from?: string,
  passkey?: string,
): Promise<string> => {
  await recordChange(client, operatorActor(operator), {
    action: 'sign_in',
    target: `operator:${operator.id}`,
    after: {
      how,
      ...(from === undefined ? {} : { from }),
      ...(passkey === undefined ? {} : { passkey }),
    },
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
export const signInWithLink = async (
  pool: pg.Pool,
  secret: string,
  from?: string,
): Promise<string | null> => {
  if (!isSecret(secret)) return null;
  return inTransaction(pool, async client => {
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
    return rows[0] === undefined ? null : begin(client, rows[0], 'link', from);
  });
};
