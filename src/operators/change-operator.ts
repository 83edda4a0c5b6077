import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { invalid, SupportError } from '../access/errors.ts';
import { isRole, type Role } from '../access/permissions.ts';
import { recordChange } from '../audit-log/record.ts';
import { type Client, inTransaction } from '../db/client.ts';
import { drizzle, eq, sql } from '../db/drizzle.ts';
import { operators, signInLinks } from '../db/schema-operators.ts';
import { insistOnGiving, type Operator, ROLE_FAULT, readOperator, type Whom } from './operators.ts';
import { hashPassword } from './password.ts';
import { passwordFault } from './password-fault.ts';
import { revokeTokensOf } from './revoke-tokens.ts';
import { endSessionsOf } from './sessions.ts';
import { createSignInLink } from './sign-in.ts';

type Row = typeof operators.$inferSelect;

const WITH_COMPANY = 'They sign in with their company account, so they have no password here.';

/** All of them are locked, so that two admins who disable each other meet here. */
const changeOperator = (
  pool: pg.Pool,
  actor: Actor,
  whom: Whom,
  change: (client: Client, row: Row, all: readonly Row[]) => Promise<void>,
): Promise<Operator> => {
  insistOn(actor, 'manage_operators');
  return inTransaction(pool, async client => {
    const all = await drizzle(client).select().from(operators).orderBy(operators.id).for('update');
    const name = String(whom).trim().toLowerCase();
    const row = all.find(each =>
      typeof whom === 'number' ? each.id === whom : each.name.toLowerCase() === name,
    );
    if (row === undefined) throw new SupportError('not_found', `There is no operator "${whom}".`);
    insistOnGiving(actor, row.role);
    await change(client, row, all);
    return readOperator(client, row.id);
  });
};

const targetOf = ({ id }: Row): string => `operator:${id}`;

/** @throws SupportError `refused` where nobody would be left who may add one */
const insistOnAnotherAdmin = (row: Row, all: readonly Row[]): void => {
  const isAdmin = (each: Row): boolean => each.role === 'admin' && each.disabledAt === null;
  if (!isAdmin(row) || all.some(each => each.id !== row.id && isAdmin(each))) return;
  throw new SupportError('refused', 'This is the last admin: make someone else an admin first.');
};

/**
 * Gives an operator another role; what they have open goes on with it at once.
 *
 * @throws SupportError `invalid`, `not_found`, `refused` for the last admin, `not_allowed`
 */
export const changeRole = (
  pool: pg.Pool,
  actor: Actor,
  whom: Whom,
  role: string,
): Promise<Operator> => {
  insistOn(actor, 'manage_operators');
  if (!isRole(role)) throw invalid({ role: ROLE_FAULT });
  insistOnGiving(actor, role);
  return changeOperator(pool, actor, whom, async (client, row, all) => {
    if (row.role === role) return;
    if (role !== 'admin') insistOnAnotherAdmin(row, all);
    await setRole(client, actor, row, role);
  });
};

/** Within a transaction: the new role, and that it was changed. */
export const setRole = async (
  client: Client,
  actor: Actor,
  { id, name, role: before }: Pick<Row, 'id' | 'name' | 'role'>,
  role: Role,
  why?: string,
): Promise<void> => {
  await drizzle(client).update(operators).set({ role }).where(eq(operators.id, id));
  await recordChange(client, actor, {
    action: 'change_operator',
    target: `operator:${id}`,
    before: { name, role: before },
    after: { name, role },
    why,
  });
};

/**
 * Disables an operator: what they have open ends, no link lets them in, and their tokens are revoked.
 *
 * @throws SupportError `not_found`, `refused` for the last admin, `not_allowed`
 */
export const disableOperator = (pool: pg.Pool, actor: Actor, whom: Whom): Promise<Operator> =>
  changeOperator(pool, actor, whom, async (client, row, all) => {
    if (row.disabledAt !== null) return;
    insistOnAnotherAdmin(row, all);
    const tx = drizzle(client);
    await tx.update(operators).set({ disabledAt: sql`now()` }).where(eq(operators.id, row.id));
    await tx.delete(signInLinks).where(eq(signInLinks.operatorId, row.id));
    await endSessionsOf(client, row.id);
    await revokeTokensOf(client, actor, row.id, `${row.name} was disabled`);
    await recordChange(client, actor, {
      action: 'disable_operator',
      target: targetOf(row),
      before: { name: row.name, role: row.role },
    });
  });

/** They may come in again, as before. @throws SupportError `not_found`, `not_allowed` */
export const enableOperator = (pool: pg.Pool, actor: Actor, whom: Whom): Promise<Operator> =>
  changeOperator(pool, actor, whom, async (client, row) => {
    if (row.disabledAt === null) return;
    await drizzle(client)
      .update(operators)
      .set({ disabledAt: null })
      .where(eq(operators.id, row.id));
    await recordChange(client, actor, {
      action: 'change_operator',
      target: targetOf(row),
      before: { name: row.name, disabled: true },
      after: { name: row.name, disabled: false },
    });
  });

/**
 * Makes a link that signs an operator in once, for whoever is new or has lost their password: their present
 * one, their other links and what they have open end with it.
 *
 * @returns the operator, and the link's key: told this once
 * @throws SupportError `not_found`, `refused` for who is disabled, `not_allowed`
 */
export const renewSignIn = async (
  pool: pg.Pool,
  actor: Actor,
  whom: Whom,
  minutes: number,
): Promise<{ operator: Operator; key: string }> => {
  let key = '';
  const operator = await changeOperator(pool, actor, whom, async (client, row) => {
    insistOnEnabled(row);
    const tx = drizzle(client);
    await tx.delete(signInLinks).where(eq(signInLinks.operatorId, row.id));
    await tx.update(operators).set({ passwordHash: null }).where(eq(operators.id, row.id));
    await endSessionsOf(client, row.id);
    key = await createSignInLink(client, row.id, minutes);
    await recordChange(client, actor, {
      action: 'change_operator',
      target: targetOf(row),
      after: { name: row.name, sign_in_link: `for ${minutes} minutes` },
    });
  });
  return { operator, key };
};

/**
 * Gives an operator a new password; what they have open ends.
 *
 * @throws SupportError `invalid`, `not_found`, `refused` for who signs in with the company's, `not_allowed`
 */
export const setPassword = async (
  pool: pg.Pool,
  actor: Actor,
  whom: Whom,
  password: string,
): Promise<Operator> => {
  insistOn(actor, 'manage_operators');
  const name = typeof whom === 'string' ? whom : (await readOperator(pool, whom)).name;
  const fault = await passwordFault(password, name);
  if (fault !== null) throw invalid({ password: fault });
  const passwordHash = await hashPassword(password);
  return changeOperator(pool, actor, whom, async (client, row) => {
    insistOnEnabled(row);
    if (row.oidcIdentity !== null) throw new SupportError('refused', WITH_COMPANY);
    await drizzle(client).update(operators).set({ passwordHash }).where(eq(operators.id, row.id));
    await endSessionsOf(client, row.id);
    await recordChange(client, actor, {
      action: 'change_operator',
      target: targetOf(row),
      after: { name: row.name, password: 'a new one' },
    });
  });
};

const insistOnEnabled = ({ name, disabledAt }: Row): void => {
  if (disabledAt === null) return;
  throw new SupportError('refused', `"${name}" is disabled: enable them first.`);
};
