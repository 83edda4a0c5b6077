import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { invalid, SupportError } from '../access/errors.ts';
import { covers } from '../access/grant.ts';
import { isRole, mayGive, ROLES, type Role } from '../access/permissions.ts';
import { insistOnNewRequest } from '../audit-log/idempotency.ts';
import { recordChange } from '../audit-log/record.ts';
import { type Client, inTransaction } from '../db/client.ts';
import { drizzle } from '../db/drizzle.ts';
import { operators } from '../db/schema-operators.ts';
import { hashPassword } from './password.ts';
import { passwordFault } from './password-fault.ts';

/** An operator as others may see them. */
export type Operator = Readonly<{
  id: number;
  name: string;
  role: Role;
  signs_in_with: 'password' | 'openid_connect' | 'nothing_yet';
  created_at: string;
  /** A page of theirs, or else when they last signed in. */
  last_seen_at: string | null;
  disabled_at: string | null;
}>;

type Row = Pick<Operator, 'id' | 'name' | 'role' | 'signs_in_with'> &
  Readonly<{ created_at: Date; last_seen_at: Date | null; disabled_at: Date | null }>;

const COLUMNS = `
  o.id::int, o.name, o.role, o.created_at, o.disabled_at,
  case when o.oidc_identity is not null then 'openid_connect'
       when o.password_hash is not null then 'password'
       else 'nothing_yet' end as signs_in_with,
  greatest((select max(s.seen_at) from reconciler.sessions s where s.operator_id = o.id),
           (select a.at from reconciler.audit_log a
             where a.target = 'operator:' || o.id and a.action = 'sign_in'
             order by a.id desc limit 1)) as last_seen_at`;

const toOperator = (row: Row): Operator => ({
  ...row,
  created_at: row.created_at.toISOString(),
  last_seen_at: row.last_seen_at?.toISOString() ?? null,
  disabled_at: row.disabled_at?.toISOString() ?? null,
});

/** Far more than a support team has. */
const MOST_LISTED = 1_000;

/** All of them, in the order of their names. */
export const listOperators = async (pool: pg.Pool): Promise<Operator[]> => {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from reconciler.operators o order by lower(o.name) limit ${MOST_LISTED}`,
  );
  return rows.map(toOperator);
};

/** @throws SupportError `not_found` */
export const readOperator = async (
  client: Pick<pg.Pool | Client, 'query'>,
  id: number,
): Promise<Operator> => {
  const { rows } = await client.query<Row>(
    `select ${COLUMNS} from reconciler.operators o where o.id = $1`,
    [id],
  );
  if (rows[0] === undefined) throw new SupportError('not_found', `There is no operator ${id}.`);
  return toOperator(rows[0]);
};

/** @param whom their name in upper or lower case, or their number @throws SupportError `not_found` */
export const operatorNamed = async (pool: pg.Pool, whom: string): Promise<Operator> => {
  const name = whom.trim().toLowerCase();
  const found = (await listOperators(pool)).find(
    each => String(each.id) === name || each.name.toLowerCase() === name,
  );
  if (found === undefined) throw new SupportError('not_found', `There is no operator "${whom}".`);
  return found;
};

/** Whom: their id, or their name in upper or lower case. */
export type Whom = number | string;

const LONGEST_NAME = 100;

export const nameFault = (name: string): string | null =>
  name.trim() === '' || name.length > LONGEST_NAME || /\p{C}/u.test(name)
    ? `A name must have 1 to ${LONGEST_NAME} characters, none of them invisible.`
    : null;

export const ROLE_FAULT = `The role must be one of ${ROLES.join(', ')}.`;

/**
 * Nobody makes anybody more than they are themselves, or lets them in who is: an operator may all that their role may,
 * so no token that may less makes one.
 *
 * @throws SupportError `not_allowed`
 */
export const insistOnGiving = (actor: Actor, role: Role): void => {
  if (covers(actor, { role })) return;
  const message = mayGive(actor.role, role)
    ? `This token has fewer rights than an operator with the role "${role}".`
    : `Your role is "${actor.role}", so you can't give someone the role "${role}", or change who has it.`;
  throw new SupportError('not_allowed', message);
};

/**
 * Adds an operator.
 *
 * @param given.password null: they sign in with a link first, and choose one then
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
  const faultOfPassword =
    given.password === null ? null : await passwordFault(given.password, name);
  if (!isRole(role) || faultOfName !== null || faultOfPassword !== null) {
    throw invalid({
      ...(faultOfName === null ? {} : { name: faultOfName }),
      ...(isRole(role) ? {} : { role: ROLE_FAULT }),
      ...(faultOfPassword === null ? {} : { password: faultOfPassword }),
    });
  }
  insistOnGiving(actor, role);
  const passwordHash = given.password === null ? null : await hashPassword(given.password);
  return inTransaction(pool, async client => {
    await insistOnNewRequest(client, actor, 'add_operator');
    const [row] = await drizzle(client)
      .insert(operators)
      .values({ name, role, passwordHash })
      .onConflictDoNothing()
      .returning({ id: operators.id });
    if (row === undefined) {
      const message = `There is already an operator "${name}".`;
      throw new SupportError('conflict', message, { name: message });
    }
    await recordChange(client, actor, {
      action: 'add_operator',
      target: `operator:${row.id}`,
      after: { name, role },
    });
    return readOperator(client, row.id);
  });
};
