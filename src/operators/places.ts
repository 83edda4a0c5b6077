import type pg from 'pg';
import { networkOf } from '../access/network.ts';
import { hashSecret, isSecret } from './secrets.ts';

/** So long after a sign-in it is remembered from where it was. */
export const REMEMBERED_DAYS = 90;
/** Of each operator so many places, the latest. */
const MOST = 20;

/** From where a request comes. */
export type From = Readonly<{
  /** As `clientAddress` gives it. */
  address: string;
  /** What the browser was given at an earlier sign-in; null where it shows nothing that can be one. */
  device: string | null;
}>;

/**
 * What is stored of it: the hash of the browser's own secret, and that of its network.
 * Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
 */
export const placesOf = ({
  address,
  device,
}: From): { device: Buffer | null; network: Buffer } => ({
  device: device === null || !isSecret(device) ? null : hashSecret(`device ${device}`),
  network: hashSecret(`network ${networkOf(address)}`),
});

/** Whether somebody has signed in with this browser before. */
export const isKnownDevice = async (pool: pg.Pool, device: string): Promise<boolean> => {
  const place = placesOf({ address: '', device }).device;
  if (place === null) return false;
  const { rows } = await pool.query(
    `select 1 from reconciler.sign_in_places where place_hash = $1
        and seen_at > now() - $2 * interval '1 day' limit 1`,
    [place, REMEMBERED_DAYS],
  );
  return rows.length > 0;
};

/** Remembers from where the operator of a session has signed in. @param token the session's */
export const rememberPlaces = async (pool: pg.Pool, token: string, from: From): Promise<void> => {
  const { device, network } = placesOf(from);
  await pool.query(
    `with operator as (
       select operator_id as id from reconciler.sessions where token_hash = $1
     ), forgotten as (
       delete from reconciler.sign_in_places
        where operator_id = (select id from operator) and place_hash in (
          select place_hash from reconciler.sign_in_places
           where operator_id = (select id from operator) and place_hash <> all ($2::bytea[])
           order by seen_at desc offset $3)
     )
     insert into reconciler.sign_in_places (operator_id, place_hash)
     select id, place from operator, unnest($2::bytea[]) as place
         on conflict (operator_id, place_hash) do update set seen_at = now()`,
    [hashSecret(token), [device, network].filter(place => place !== null), MOST - 2],
  );
};
