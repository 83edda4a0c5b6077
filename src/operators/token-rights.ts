import type { Actor } from '../access/actor.ts';
import { invalid, SupportError } from '../access/errors.ts';
import { covers, type Rights } from '../access/grant.ts';
import {
  isPermission,
  isRole,
  mayRole,
  type Permission,
  type Role,
} from '../access/permissions.ts';
import { chooseWorkspace, type Workspace } from '../config/workspaces.ts';
import type { Client } from '../db/client.ts';
import { nameFault, ROLE_FAULT } from './operators.ts';

/* What a token may be given, and by whom. */

/** What a new token is asked to be. */
export type TokenRequest = Readonly<{
  name: string;
  role: string;
  /** Left out or null: whatever the role may, but manage operators and tokens. */
  permissions?: readonly string[] | null | undefined;
  /** Ids; left out or null: all. */
  workspaces?: readonly string[] | null | undefined;
  /** Left out: 90 days, or as long as the token that makes it. */
  lifetimeHours?: number | undefined;
  /** The name of whose it is to be, in a shell; elsewhere it is who makes it. */
  owner?: string | undefined;
}>;

export const DEFAULT_LIFETIME_HOURS = 90 * 24;
export const LONGEST_LIFETIME_HOURS = 366 * 24;
export const DEFAULT_OVERLAP_HOURS = 24;
export const LONGEST_OVERLAP_HOURS = 30 * 24;

type Checked = Readonly<{
  name: string;
  role: Role;
  permissions: Permission[] | null;
  workspaces: string[] | null;
}>;

const isHours = (hours: number, least: number, most: number): boolean =>
  Number.isInteger(hours) && hours >= least && hours <= most;

export const lifetimeFault = (hours: number | undefined): string | null =>
  hours === undefined || isHours(hours, 1, LONGEST_LIFETIME_HOURS)
    ? null
    : 'A token must expire after 1 hour to 366 days, in whole hours.';

export const overlapFault = (hours: number): string | null =>
  isHours(hours, 0, LONGEST_OVERLAP_HOURS)
    ? null
    : 'The overlap must be 0 hours to 30 days, in whole hours.';

const permissionsFault = (role: Role, permissions: readonly string[] | null): string | null => {
  if (permissions === null) return null;
  if (permissions.length === 0) return 'Name at least one permission, or leave them out.';
  const unknown = permissions.find(each => !isPermission(each));
  if (unknown !== undefined) return `There is no permission "${unknown}".`;
  const beyond = permissions.filter(isPermission).find(each => !mayRole(role, each));
  return beyond === undefined
    ? null
    : `The role "${role}" doesn't have the permission "${beyond}".`;
};

/** @throws SupportError `invalid`, with each fault by its field */
export const checkRequest = (given: TokenRequest): Checked => {
  const name = given.name.trim();
  const { role, permissions = null, workspaces = null } = given;
  const faults = Object.entries({
    name: nameFault(name),
    role: isRole(role) ? null : ROLE_FAULT,
    permissions: isRole(role) ? permissionsFault(role, permissions) : null,
    workspaces: workspaces?.length === 0 ? 'Name at least one workspace, or leave them out.' : null,
    expires: lifetimeFault(given.lifetimeHours),
  }).flatMap(([field, fault]) => (fault === null ? [] : [[field, fault] as const]));
  if (!isRole(role) || faults.length > 0) throw invalid(Object.fromEntries(faults));
  return {
    name,
    role,
    permissions: permissions === null ? null : [...new Set(permissions.filter(isPermission))],
    workspaces: workspaces === null ? null : [...new Set(workspaces)],
  };
};

/**
 * The ids of the workspaces that are meant, by id or name; null where none is named: all.
 *
 * @throws SupportError `invalid` for one that isn't configured
 */
export const workspacesNamed = (
  served: readonly Pick<Workspace, 'id' | 'name'>[],
  wanted: readonly string[] | undefined,
): string[] | null => {
  if (wanted === undefined) return null;
  return wanted.map(each => {
    const choice = chooseWorkspace(served, each);
    const id = 'chosen' in choice ? choice.chosen.id : null;
    if (id !== null) return id;
    const why = 'fault' in choice ? choice.fault : 'only one is configured';
    throw invalid({ workspaces: `Seam workspace: ${why}.` });
  });
};

/** No token has more than who makes it. @throws SupportError `not_allowed` */
export const insistOnCovering = (actor: Actor, given: Rights): void => {
  if (covers(actor, given)) return;
  throw new SupportError(
    'not_allowed',
    'A token can’t have a role, a permission or a workspace that whoever makes it doesn’t have.',
  );
};

/** Whose a new token is. */
export type Owner = Readonly<{ id: number; name: string; role: Role }>;

/** The operator whose rights these are; null in a shell, which is nobody's. */
export const operatorIdOf = ({ key, owner }: Actor): number | null => {
  const [kind, id] = (owner?.key ?? key).split(':');
  return kind === 'operator' ? Number(id) : null;
};

/**
 * Who a token will end with: whoever makes it, or in a shell the one who is named. Locked until the transaction
 * ends, so that nobody who is disabled meanwhile gets a token.
 *
 * @throws SupportError `invalid`, `not_found`, `not_allowed`
 */
export const lockOwner = async (
  client: Client,
  actor: Actor,
  named: string | undefined,
): Promise<Owner> => {
  const isShell = actor.face === 'cli';
  const id = operatorIdOf(actor);
  if (isShell && named === undefined) {
    throw invalid({ owner: 'Say with --owner which operator the token belongs to.' });
  }
  if (!isShell && (named !== undefined || id === null)) {
    throw new SupportError('not_allowed', 'A token belongs to whoever makes it.');
  }
  const { rows } = await client.query<Owner & { is_disabled: boolean }>(
    `select id::int, name, role, disabled_at is not null as is_disabled
       from reconciler.operators
      where case when $2::text is null then id = $1 else lower(name) = lower($2) end for update`,
    [isShell ? null : id, named?.trim() ?? null],
  );
  const owner = rows[0];
  if (owner === undefined) {
    throw new SupportError('not_found', `There is no operator "${named ?? id}".`);
  }
  if (owner.is_disabled) throw invalid({ owner: `${owner.name} is disabled.` });
  return { id: owner.id, name: owner.name, role: owner.role };
};
