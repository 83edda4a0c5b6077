import { type Actor, may } from '../../access/actor.ts';
import type { Grant } from '../../access/grant.ts';
import {
  LARGE_BULK_RUN,
  LEAST_ROLES,
  type Permission,
  type Role,
} from '../../access/permissions.ts';
import type { Client } from '../../db/client.ts';
import { drizzle, sql } from '../../db/drizzle.ts';
import { auditLog } from '../../db/schema-desk.ts';
import type { BulkAction } from '../../model/bulk.ts';
import { readOperator } from '../../operators/operators.ts';
import { type ApiToken, readToken } from '../../operators/token-record.ts';
import { PERMISSION_OF } from './actions.ts';
import { bulkRunTarget } from './start.ts';

/* Who started a bulk run, and whether they may still: a run goes on for hours, and acts in their name. */

/** How the one who started a run stands at present. */
export type Starter = Readonly<{
  /** With the role that they have now. */
  actor: Actor;
  /** Why it may go no further in their name, in words; null: it may. */
  mayNoMoreBecause: string | null;
}>;

/**
 * Whoever started a bulk run, by what the database says of them at this moment. Nothing is locked: what is
 * revoked while a page is being handed out ends the run at the next one.
 *
 * @throws Error when the audit log has nobody who started it
 */
export const starterNow = async (
  client: Client,
  { id, total, action }: Readonly<{ id: number; total: number; action: BulkAction }>,
): Promise<Starter> => {
  const { starter: then, saw } = await starterThen(client, id);
  if (action !== 'retry' && saw !== action) return { actor: then, mayNoMoreBecause: NOT_SEEN };
  const { kind, number, isShell } = partsOf(then.key);
  // Whoever has a shell here has the database, too: nobody could take that from them here.
  if (isShell) return { actor: then, mayNoMoreBecause: null };
  const now =
    kind === 'token'
      ? await tokenNow(client, number, then.name)
      : await operatorNow(client, number);
  const actor: Actor = { ...then, role: now.role, ...(now.grant && { grant: now.grant }) };
  const needs: Permission[] = [
    total > LARGE_BULK_RUN ? 'start_large_bulk_run' : 'start_bulk_run',
    PERMISSION_OF[action] ?? 'start_bulk_run',
  ];
  const lacks = needs.find(each => !may(actor, each));
  const because =
    now.shutOut ??
    (lacks === undefined
      ? null
      : `${now.who} now has the role "${now.role}", and this requires "${LEAST_ROLES[lacks]}"`);
  return { actor, mayNoMoreBecause: because };
};

/** A version that knows only retries shows every preview as one of a retry. */
const NOT_SEEN =
  'it was started where an older version runs, which doesn’t show what it does: plan it again';

/** As the audit log has them, and which action they saw that they were starting. */
const starterThen = async (
  client: Client,
  id: number,
): Promise<{ starter: Actor; saw: string | null }> => {
  const { rows } = await drizzle(client).execute<
    Pick<Actor, 'key' | 'name' | 'role' | 'face'> & {
      owner: `operator:${number}` | null;
      owner_name: string | null;
      saw: string | null;
    }
  >(sql`
    select actor as key, actor_name as name, role, face, owner, owner_name, after->>'action' as saw from ${auditLog}
     where target = ${bulkRunTarget(id)} and action = 'start_bulk_run' limit 1`);
  const [row] = rows;
  if (row === undefined) throw new Error(`nobody has started bulk run ${id}`);
  const { owner, owner_name: ownerName, saw, ...starter } = row;
  return {
    starter: {
      ...starter,
      owner: owner === null ? null : { key: owner, name: ownerName ?? owner },
      idempotencyKey: null,
    },
    saw,
  };
};

const partsOf = (key: Actor['key']) => {
  const [kind, id] = key.split(':');
  return { kind, number: Number(id), isShell: kind === 'shell' };
};

type Standing = Readonly<{
  who: string;
  role: Role;
  grant?: Grant;
  /** In words; null: they are let in. */
  shutOut: string | null;
}>;

const operatorNow = async (client: Client, id: number): Promise<Standing> => {
  const { name, role, disabled_at: disabledAt } = await readOperator(client, id);
  const who = `${name}, who started it,`;
  return { who, role, shutOut: disabledAt === null ? null : `${who} was disabled` };
};

const tokenNow = async (client: Client, id: number, name: string): Promise<Standing> => {
  const {
    state,
    owner,
    effective_role: role,
    permissions,
    workspaces,
  } = await readToken(client, id);
  const who = `the token that started it (${name})`;
  return {
    who,
    role,
    grant: { permissions, workspaces },
    shutOut: tokenShutOut(state, who, owner),
  };
};

const tokenShutOut = (
  state: ApiToken['state'],
  who: string,
  owner: string | null,
): string | null => {
  switch (state) {
    case 'revoked':
      return `${who} was revoked`;
    case 'expired':
      return `${who} has expired`;
    case 'owner_disabled':
      return `${owner ?? 'the operator'}, whose token started it, was disabled`;
    case 'active':
    case 'expiring':
      return null;
    default:
      return state satisfies never;
  }
};
