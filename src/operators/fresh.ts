import type pg from 'pg';
import { SupportError } from '../access/errors.ts';
import type { Client } from '../db/client.ts';
import { hashSecret } from './secrets.ts';
import type { Session } from './sessions.ts';

/* Signing in again before what signs one in is changed, or what is open elsewhere ends: a computer may have been left open. */

type Queries = Pick<pg.Pool | Client, 'query'>;

/** So lately somebody must have signed in. */
export const FRESH_MINUTES = 15;

/** What somebody wants who ends what they have open elsewhere, in the button's words. */
export const TO_SIGN_OUT_ELSEWHERE = 'sign out of other browsers';

export const isFresh = async (client: Queries, { token }: Session): Promise<boolean> => {
  const { rowCount } = await client.query(
    `select from reconciler.sessions
      where token_hash = $1 and created_at > now() - $2 * interval '1 min'`,
    [hashSecret(token), FRESH_MINUTES],
  );
  return rowCount === 1;
};

/** @param todo what they want: `change your passkeys` @throws SupportError `refused` */
export const insistOnFresh = async (
  client: Queries,
  session: Session,
  todo: string,
): Promise<void> => {
  if (await isFresh(client, session)) return;
  throw new SupportError(
    'refused',
    `You signed in more than ${FRESH_MINUTES} minutes ago. Sign in again to ${todo}.`,
  );
};
