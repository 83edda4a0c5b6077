import type pg from 'pg';
import { inTransaction } from '../db/client.ts';
import { drizzle, eq, sql } from '../db/drizzle.ts';
import { operators, sessions } from '../db/schema-operators.ts';
import { type Actor, insistOn } from '../support/actor.ts';
import { invalid, SupportError } from '../support/errors.ts';
import { isRole, ROLES } from '../support/permissions.ts';
import { recordChange } from '../support/record-change.ts';
import { hashPassword, passwordFault } from './password.ts';

/** An operator as others may see them. */
export type Operator = Readonly<{
  id: number;
  name: string;
  role: (typeof ROLES)[number];
  signs_in_with: 'password' | 'openid_connect' | 'nothing_yet';
  created_at: string;
  disabled_at: string | null;
}>;

type Row = typeof operators.$inferSelect;

const toOperator = (row: Row): Operator => ({
  id: row.id,
  name: row.name,
  role: row.role,
  signs_in_with:
    row.passwordHash !== null
      ? 'password'
      : row.oidcIdentity !== null
        ? 'openid_connect'
        : 'nothing_yet',
  created_at: row.createdAt.toISOString(),
  disabled_at: row.disabledAt?.toISOString() ?? null,
});

export const listOperators = async (pool: pg.Pool): Promise<Operator[]> => {
  const rows = await drizzle(pool).select().from(operators).orderBy(sql`lower(${operators.name})`);
  return rows.map(toOperator);
};

const LONGEST_NAME = 100;

const nameFault = (name: string): string | null =>
  name.trim() === '' || name.length > LONGEST_NAME || /\p{C}/u.test(name)
    ? `A name has 1 to ${LONGEST_NAME} characters, none of them invisible.`
    : null;

/**
 * Adds an operator.
 *
 * @param given.password null: they sign in with a link, or through the company's provider
 * @throws SupportError `invalid`, `conflict` when the name is taken, `not_allowed`
 */
export const addOperator = async (
  pool: pg.Pool,
  actor: Actor,
  given: { name: string; role: string; password: string | null },
): Promise<Operator> => {
  insistOn(actor, 'manage_operators');
  const name = given.name.trim();
  const { role } = given;
  const faultOfName = nameFault(name);
  const faultOfPassword = given.password === null ? null : passwordFault(given.password);
  if (!isRole(role) || faultOfName !== null || faultOfPassword !== null) {
    throw invalid({
      ...(faultOfName === null ? {} : { name: faultOfName }),
      ...(isRole(role) ? {} : { role: `A role is one of ${ROLES.join(', ')}.` }),
      ...(faultOfPassword === null ? {} : { password: faultOfPassword }),
    });
  }
  const passwordHash = given.password === null ? null : await hashPassword(given.password);
  return inTransaction(pool, async client => {
    const [row] = await drizzle(client)
      .insert(operators)
      .values({ name, role, passwordHash })
      .onConflictDoNothing()
      .returning();
    if (row === undefined) throw new SupportError('conflict', `There is an operator "${name}".`);
    await recordChange(client, actor, {
      action: 'add_operator',
      target: `operator:${row.id}`,
      after: { name, role },
    });
    return toOperator(row);
  });
};

/**
 * Disables an operator: their sessions end with it.
 *
 * @param name as it was given to addOperator, upper or lower case
 * @throws SupportError `not_found`, `refused` for the last admin, `not_allowed`
 */
export const disableOperator = async (
  pool: pg.Pool,
  actor: Actor,
  name: string,
): Promise<Operator> => {
  insistOn(actor, 'manage_operators');
  return inTransaction(pool, async client => {
    const tx = drizzle(client);
    // All of them, so that two admins who disable each other meet here.
    const all = await tx.select().from(operators).orderBy(operators.id).for('update');
    const row = all.find(each => each.name.toLowerCase() === name.trim().toLowerCase());
    if (row === undefined) throw new SupportError('not_found', `There is no operator "${name}".`);
    if (row.disabledAt !== null) return toOperator(row);
    const others = all.filter(each => each.id !== row.id && each.disabledAt === null);
    if (row.role === 'admin' && !others.some(each => each.role === 'admin')) {
      throw new SupportError('refused', 'This is the last admin: add another first.');
    }
    const [disabled = row] = await tx
      .update(operators)
      .set({ disabledAt: sql`now()` })
      .where(eq(operators.id, row.id))
      .returning();
    await tx.delete(sessions).where(eq(sessions.operatorId, row.id));
    await recordChange(client, actor, {
      action: 'disable_operator',
      target: `operator:${row.id}`,
      before: { name: row.name, role: row.role },
    });
    return toOperator(disabled);
  });
};
