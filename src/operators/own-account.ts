import type pg from 'pg';
import type { Actor } from '../access/actor.ts';
import { invalid, SupportError } from '../access/errors.ts';
import { recordChange } from '../audit-log/record.ts';
import { inTransaction } from '../db/client.ts';
import { insistOnFresh, TO_SIGN_OUT_ELSEWHERE } from './fresh.ts';
import type { Operator } from './operators.ts';
import { hashPassword, isPassword } from './password.ts';
import { passwordFault } from './password-fault.ts';
import { endSessionsOf, type Session } from './sessions.ts';
import { forgive, takeTry } from './throttle.ts';

/* What everyone may do, to themselves alone. */

/**
 * Changes one's own password; all that is open elsewhere ends. Who came with a link has none yet, and
 * chooses the first, soon after they came.
 *
 * @throws SupportError `invalid` with the faults by field, `refused` for who signs in with the company's
 *   account, after too many wrong tries, or for a first one long after signing in
 */
export const changeOwnPassword = async (
  pool: pg.Pool,
  actor: Actor,
  session: Session,
  given: { present: string; next: string; again: string },
): Promise<void> => {
  const { id, name } = session.operator;
  const before = await insistOnOwnPassword(pool, session, given.present);
  const fault = await passwordFault(given.next, name);
  const differs = given.next === given.again ? null : 'The two passwords don’t match.';
  if (fault !== null || differs !== null) {
    throw invalid({
      ...(fault === null ? {} : { next: fault }),
      ...(differs === null ? {} : { again: differs }),
    });
  }
  const hash = await hashPassword(given.next);
  await inTransaction(pool, async client => {
    const { rowCount } = await client.query(
      `update reconciler.operators set password_hash = $3
        where id = $1 and password_hash is not distinct from $2 and oidc_identity is null`,
      [id, before, hash],
    );
    if (rowCount === 0) {
      throw new SupportError('conflict', 'Your password was changed elsewhere in the meantime.');
    }
    await client.query('delete from reconciler.sign_in_links where operator_id = $1', [id]);
    await endSessionsOf(client, id, session);
    await recordChange(client, actor, {
      action: 'change_operator',
      target: `operator:${id}`,
      after: { name, password: 'a new one' },
    });
  });
};

/** @returns the hash of the present one, null where there is none @throws SupportError */
const insistOnOwnPassword = async (
  pool: pg.Pool,
  session: Session,
  present: string,
): Promise<string | null> => {
  const { id, name } = session.operator;
  const { rows } = await pool.query<{ hash: string | null; oidc_identity: string | null }>(
    'select password_hash as hash, oidc_identity from reconciler.operators where id = $1',
    [id],
  );
  const { hash = null, oidc_identity = null } = rows[0] ?? {};
  if (oidc_identity !== null) {
    throw new SupportError('refused', 'You sign in with your company account: change it there.');
  }
  if (hash === null) {
    const todo =
      'choose a password: with a passkey, or with a new sign-in link, which an admin makes for you';
    await insistOnFresh(pool, session, todo);
    return null;
  }
  // Whoever sits at a computer that was left open must not try for long, either.
  const trier = { name, from: 'own-account' };
  const seconds = await takeTry(pool, trier);
  if (seconds > 0) {
    throw new SupportError('refused', `Too many failed attempts. Try again in ${seconds} s.`);
  }
  if (!(await isPassword(present, hash))) {
    throw invalid({ present: 'That isn’t your current password.' });
  }
  await forgive(pool, trier);
  return hash;
};

/** Ends all that is open elsewhere. @returns how many that were @throws SupportError `refused` for who signed in long ago */
export const signOutElsewhere = (pool: pg.Pool, actor: Actor, session: Session): Promise<number> =>
  inTransaction(pool, async client => {
    await insistOnFresh(client, session, TO_SIGN_OUT_ELSEWHERE);
    const { id, name } = session.operator;
    const ended = await endSessionsOf(client, id, session);
    if (ended > 0) {
      await recordChange(client, actor, {
        action: 'change_operator',
        target: `operator:${id}`,
        after: { name, signed_out_elsewhere: ended },
      });
    }
    return ended;
  });

/** How one signs in. */
export const readSignsInWith = async (
  pool: pg.Pool,
  { operator: { id } }: Session,
): Promise<Operator['signs_in_with']> => {
  const { rows } = await pool.query<{ signs_in_with: Operator['signs_in_with'] }>(
    `select case when oidc_identity is not null then 'openid_connect'
                 when password_hash is not null then 'password' else 'nothing_yet' end as signs_in_with
       from reconciler.operators where id = $1`,
    [id],
  );
  return rows[0]?.signs_in_with ?? 'nothing_yet';
};
