import type pg from 'pg';
import type { Actor } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransaction } from '../../db/client.ts';
import { insistOnFresh } from '../fresh.ts';
import { withLockedOperator } from '../locked-operator.ts';
import { nameFault, type Whom } from '../operators.ts';
import { endSessionsOf, type Session } from '../sessions.ts';
import type { Credential } from './verify.ts';

/* The passkeys of operators: which there are, what they are called, and taking them away. */

/** A passkey, without what would be of use to anybody. */
export type Passkey = Readonly<{
  id: number;
  name: string;
  /** Whether its provider has a copy of it, so that it is not lost with a device. */
  backed_up: boolean;
  created_at: string;
  used_at: string | null;
}>;

type Queries = Pick<pg.Pool | Client, 'query'>;

/** Nobody has more. */
export const MOST_PASSKEYS = 20;

/** An operator's, the oldest first. */
export const listPasskeys = async (client: Queries, operatorId: number): Promise<Passkey[]> => {
  const { rows } = await client.query<
    Omit<Passkey, 'created_at' | 'used_at'> & { created_at: Date; used_at: Date | null }
  >(
    `select id::int, name, is_backed_up as backed_up, created_at, used_at
       from reconciler.passkeys where operator_id = $1 order by id limit ${MOST_PASSKEYS}`,
    [operatorId],
  );
  return rows.map(row => ({
    ...row,
    created_at: row.created_at.toISOString(),
    used_at: row.used_at?.toISOString() ?? null,
  }));
};

/** As a browser is told of them. */
export const listCredentials = async (
  client: Queries,
  operatorId: number,
): Promise<readonly Credential[]> => {
  const { rows } = await client.query<Credential>(
    'select credential_id as id, transports from reconciler.passkeys where operator_id = $1 order by id',
    [operatorId],
  );
  return rows;
};

/** Whether a password alone doesn't let them in. */
export const hasPasskey = async (client: Queries, operatorId: number): Promise<boolean> => {
  const { rowCount } = await client.query(
    'select from reconciler.passkeys where operator_id = $1 limit 1',
    [operatorId],
  );
  return rowCount === 1;
};

/**
 * Locks an operator who changes their own passkeys.
 *
 * @throws SupportError `refused` for who signs in with the company's account, or did so long ago
 */
export const insistOnOwn = async (
  client: Client,
  session: Session,
): Promise<{ hasPassword: boolean }> => {
  const { rows } = await client.query<{ has_password: boolean; is_company: boolean }>(
    `select password_hash is not null as has_password, oidc_identity is not null as is_company
       from reconciler.operators where id = $1 and disabled_at is null for update`,
    [session.operator.id],
  );
  const [row] = rows;
  if (row === undefined || row.is_company) {
    throw new SupportError(
      'refused',
      'You sign in with your company account: its passkeys are managed there.',
    );
  }
  await insistOnFresh(client, session, 'change your passkeys');
  return { hasPassword: row.has_password };
};

const noSuch = (): SupportError =>
  new SupportError('not_found', 'You have no such passkey: nothing was done.');

/** @throws SupportError `invalid` with the faults by field, `not_found`, `refused` */
export const renamePasskey = (
  pool: pg.Pool,
  actor: Actor,
  session: Session,
  passkeyId: number,
  given: string,
): Promise<void> =>
  inTransaction(pool, async client => {
    await insistOnOwn(client, session);
    const name = given.trim();
    const fault = nameFault(name);
    if (fault !== null) throw invalid({ name: fault });
    const { rows } = await client.query<{ before: string }>(
      `update reconciler.passkeys p set name = $3
         from (select id, name from reconciler.passkeys where id = $2 and operator_id = $1) as o
        where p.id = o.id returning o.name as before`,
      [session.operator.id, passkeyId, name],
    );
    if (rows[0] === undefined) throw noSuch();
    await recordChange(client, actor, {
      action: 'rename_passkey',
      target: `operator:${session.operator.id}`,
      before: { passkey: rows[0].before },
      after: { passkey: name },
    });
  });

/**
 * Removes one of one's own; what is open elsewhere ends.
 *
 * @returns what it was called
 * @throws SupportError `not_found`, `refused` for the only way in that they have, or after so long
 */
export const removePasskey = (
  pool: pg.Pool,
  actor: Actor,
  session: Session,
  passkeyId: number,
): Promise<string> =>
  inTransaction(pool, async client => {
    const { id } = session.operator;
    const { hasPassword } = await insistOnOwn(client, session);
    const { rows } = await client.query<{ name: string }>(
      'delete from reconciler.passkeys where operator_id = $1 and id = $2 returning name',
      [id, passkeyId],
    );
    if (rows[0] === undefined) throw noSuch();
    if (!hasPassword && !(await hasPasskey(client, id))) {
      throw new SupportError(
        'refused',
        'This passkey is your only way in: choose a password or add another passkey first.',
      );
    }
    await endSessionsOf(client, id, session);
    await recordChange(client, actor, {
      action: 'remove_passkey',
      target: `operator:${id}`,
      before: { passkey: rows[0].name },
    });
    return rows[0].name;
  });

/**
 * Removes all of an operator's, for whoever has lost them; what they have open ends. Their password alone lets them in
 * again, where they have one; who has none takes a sign-in link.
 *
 * @returns whose, and how many they were
 * @throws SupportError `not_found`, `not_allowed`
 */
export const removePasskeysOf = (
  pool: pg.Pool,
  actor: Actor,
  whom: Whom,
): Promise<{ id: number; name: string; removed: number }> =>
  withLockedOperator(pool, actor, whom, async (client, operator) => {
    const { rows: gone } = await client.query<{ name: string }>(
      'delete from reconciler.passkeys where operator_id = $1 returning name',
      [operator.id],
    );
    if (gone.length > 0) {
      await endSessionsOf(client, operator.id);
      await recordChange(client, actor, {
        action: 'remove_passkey',
        target: `operator:${operator.id}`,
        before: { name: operator.name, passkeys: gone.map(({ name }) => name) },
      });
    }
    return { ...operator, removed: gone.length };
  });
