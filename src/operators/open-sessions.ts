import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { SupportError } from '../access/errors.ts';
import { recordChange } from '../audit-log/record.ts';
import { type Client, inTransaction } from '../db/client.ts';
import { insistOnFresh, TO_SIGN_OUT_ELSEWHERE } from './fresh.ts';
import { withLockedOperator } from './locked-operator.ts';
import type { Whom } from './operators.ts';
import { hashSecret } from './secrets.ts';
import { countsUnder, endSessionsOf, type How, IDLE_HOURS, type Session } from './sessions.ts';
import type { SignInPolicy } from './sign-in-policy.ts';

/* Who is signed in where, and ending that. */

/** A session, without what would let anybody in. */
export type OpenSession = Readonly<{
  /** Part of the hash of its token: enough to tell it from others. */
  id: string;
  operator_id: number;
  operator: string;
  how: How | null;
  /** As the server saw it; null for one of an earlier version. */
  address: string | null;
  user_agent: string | null;
  created_at: string;
  seen_at: string;
}>;

const ID = `encode(substr(s.token_hash, 1, 8), 'hex')`;
const IS_OPEN = `s.expires_at > now() and s.seen_at > now() - ${IDLE_HOURS} * interval '1 hour'
  and o.disabled_at is null`;

/** Far more than a support team has; the latest are told. */
const MOST_LISTED = 500;

/** The id of one's own in such a list. */
export const idOfSession = ({ token }: Session): string =>
  hashSecret(token).subarray(0, 8).toString('hex');

/**
 * Those that are open, the one that was used last first.
 *
 * @param operatorId null: everybody's
 * @param policy under SIGN_IN=company those that a password or a passkey has opened are over
 */
export const listSessions = async (
  pool: pg.Pool,
  operatorId: number | null,
  { hasPasswords }: Pick<SignInPolicy, 'hasPasswords'>,
): Promise<OpenSession[]> => {
  const { rows } = await pool.query(
    `select ${ID} as id, o.id::int as operator_id, o.name as operator, s.how, s.address, s.user_agent,
            s.created_at, s.seen_at
       from reconciler.sessions s join reconciler.operators o on o.id = s.operator_id
      where ($1::bigint is null or s.operator_id = $1) and ${IS_OPEN} and ${countsUnder('$2')}
      order by s.seen_at desc, s.token_hash limit ${MOST_LISTED}`,
    [operatorId, hasPasswords],
  );
  return rows.map(row => ({
    ...row,
    created_at: row.created_at.toISOString(),
    seen_at: row.seen_at.toISOString(),
  }));
};

/** What of theirs ended. */
export type Ended = Readonly<{ sessions: number; links: number }>;

/**
 * Ends one of one's own, by its id in the list. Signing out here asks for nothing.
 *
 * @throws SupportError `not_found` where it is over already, or isn't theirs; `refused` for who signed in long ago
 */
export const endOwnSession = (
  pool: pg.Pool,
  actor: Actor,
  session: Session,
  sessionId: string,
): Promise<void> =>
  inTransaction(pool, async client => {
    if (sessionId !== idOfSession(session)) {
      await insistOnFresh(client, session, TO_SIGN_OUT_ELSEWHERE);
    }
    await endOne(client, actor, session.operator.id, sessionId);
  });

/**
 * Ends anybody's, by its id in the list.
 *
 * @throws SupportError `not_found` where it is over already, `not_allowed`
 */
export const endSessionById = (pool: pg.Pool, actor: Actor, sessionId: string): Promise<void> => {
  insistOn(actor, 'manage_operators');
  return inTransaction(pool, client => endOne(client, actor, null, sessionId));
};

/** @param operatorId whose it must be; null: anybody's */
const endOne = async (
  client: Client,
  actor: Actor,
  operatorId: number | null,
  sessionId: string,
): Promise<void> => {
  const { rows } = await client.query<{ id: number; name: string }>(
    `delete from reconciler.sessions s using reconciler.operators o
      where o.id = s.operator_id and ($1::bigint is null or s.operator_id = $1) and ${ID} = $2
      returning o.id::int, o.name`,
    [operatorId, sessionId],
  );
  const [ended] = rows;
  if (ended === undefined) {
    throw new SupportError('not_found', 'That session is over already: nothing was done.');
  }
  await recordChange(client, actor, {
    action: 'change_operator',
    target: `operator:${ended.id}`,
    after: { name: ended.name, signed_out: 1 },
  });
};

/**
 * Ends all that somebody has open, and their links that nobody has used yet. They may sign in again.
 *
 * @throws SupportError `not_found`, `not_allowed`
 */
export const revokeSessionsOf = (
  pool: pg.Pool,
  actor: Actor,
  whom: Whom,
): Promise<Ended & { name: string }> =>
  withLockedOperator(pool, actor, whom, async (client, { id, name }) => {
    const sessions = await endSessionsOf(client, id);
    const { rowCount: links } = await client.query(
      'delete from reconciler.sign_in_links where operator_id = $1',
      [id],
    );
    const ended = { sessions, links: links ?? 0 };
    await recordChange(client, actor, {
      action: 'change_operator',
      target: `operator:${id}`,
      after: { name, signed_out: ended.sessions, links_ended: ended.links },
    });
    return { ...ended, name };
  });

/**
 * Ends everybody's sessions, and every link that nobody has used yet: after a backup was restored, which has
 * brought back what had ended since, or where somebody may have read the database.
 *
 * @throws SupportError `not_allowed`
 */
export const revokeAllSessions = (pool: pg.Pool, actor: Actor): Promise<Ended> => {
  insistOn(actor, 'manage_operators');
  return inTransaction(pool, async client => {
    await client.query('delete from reconciler.passkey_challenges');
    const { rowCount: sessions } = await client.query('delete from reconciler.sessions');
    const { rowCount: links } = await client.query('delete from reconciler.sign_in_links');
    const ended = { sessions: sessions ?? 0, links: links ?? 0 };
    await recordChange(client, actor, {
      action: 'change_operator',
      target: 'operators',
      after: { signed_out: ended.sessions, links_ended: ended.links },
    });
    return ended;
  });
};
