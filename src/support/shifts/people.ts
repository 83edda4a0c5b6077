import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid } from '../../access/errors.ts';
import { mayRole, ROLES } from '../../access/permissions.ts';
import type { Client } from '../../db/client.ts';
import type { Assigned } from './conditions.ts';
import { operatorOf } from './names.ts';

/** Somebody whose a case may be. */
export type Colleague = Readonly<{ id: number; name: string }>;

/** Far more than a support team has. */
const MOST_LISTED = 1_000;

const ASSIGNABLE = ROLES.filter(role => mayRole(role, 'assign'));

/** Whose a case can become: whoever is enabled, and of a role that looks after cases; in the order of their names. */
export const colleagues = async (pool: pg.Pool, actor: Actor): Promise<Colleague[]> => {
  insistOn(actor, 'assign');
  const { rows } = await pool.query<Colleague>(
    `select id::int, name from reconciler.operators
      where disabled_at is null and role = any($1) order by lower(name) limit ${MOST_LISTED}`,
    [ASSIGNABLE],
  );
  return rows;
};

const NOBODY_ASSIGNS_TO_ITSELF =
  'A shell is no operator, so no case can be its own. Name an operator instead.';

/** Reads whom somebody means: `me`, `nobody`, a number, or a name. @throws SupportError `invalid` */
export const whomIsMeant = async (pool: pg.Pool, actor: Actor, text: string): Promise<Assigned> => {
  const given = text.trim();
  if (given === 'me' || given === 'nobody') return given;
  if (/^\d{1,9}$/.test(given)) return Number(given);
  const all = await colleagues(pool, actor);
  const found = all.find(({ name }) => name.toLowerCase() === given.toLowerCase());
  if (found !== undefined) return found.id;
  throw invalid({ to: `There is no operator '${given}' who could have a case.` });
};

/**
 * The operator whose a case is to become, locked so that they are still one when it does; null: nobody.
 *
 * @throws SupportError `invalid` (to): nobody of that number, disabled, or of a role that has no cases
 */
export const colleagueMeant = async (
  client: Client,
  actor: Actor,
  to: Assigned,
): Promise<Colleague | null> => {
  if (to === 'nobody') return null;
  const id = to === 'me' ? operatorOf(actor) : to;
  if (id === null) throw invalid({ to: NOBODY_ASSIGNS_TO_ITSELF });
  const { rows } = await client.query<Colleague & { role: string; is_disabled: boolean }>(
    `select id::int, name, role, disabled_at is not null as is_disabled
       from reconciler.operators where id = $1 for share`,
    [id],
  );
  const [found] = rows;
  if (found === undefined) throw invalid({ to: `There is no operator ${id}.` });
  if (found.is_disabled) throw invalid({ to: `${found.name} is disabled, so can’t have a case.` });
  if (!ASSIGNABLE.some(role => role === found.role)) {
    throw invalid({ to: `${found.name} is a ${found.role}, who can’t have a case.` });
  }
  return { id: found.id, name: found.name };
};
