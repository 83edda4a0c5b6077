import { LEAST_ROLES, mayGive, mayRole, type Permission, type Role } from './permissions.ts';

/* What a token leaves of its owner's role to the program that holds it. Pure. */

/** What a token may be used for, besides its role. */
export type Grant = Readonly<{
  /** Null: whatever its role may, but what has to be named. */
  permissions: readonly Permission[] | null;
  /** Ids of Seam workspaces; null: all of them. */
  workspaces: readonly string[] | null;
}>;

/**
 * What nobody gives a program by giving it a role: it could make others that outlive it, have all that the app is told sent
 * elsewhere, or erase what nothing brings back.
 */
export const TO_BE_NAMED = [
  'manage_operators',
  'manage_tokens',
  'manage_endpoints',
  'erase_person',
] as const satisfies readonly Permission[];

/** @param grant undefined: a person's, who may whatever their role may */
const isGranted = (grant: Grant | undefined, permission: Permission): boolean => {
  if (grant === undefined) return true;
  if (grant.permissions !== null) return grant.permissions.includes(permission);
  return !TO_BE_NAMED.some(named => named === permission);
};

/** Who may do something: a role, and what a token leaves of it. */
export type Rights = Readonly<{ role: Role; grant?: Grant }>;

/**
 * Whether those with some rights may make something that has others: none that they lack themselves, nor in a
 * workspace that isn't theirs.
 */
export const covers = (own: Rights, given: Rights): boolean => {
  const permissions = Object.keys(LEAST_ROLES) as Permission[];
  const isWithin = (id: string): boolean => own.grant?.workspaces?.includes(id) ?? true;
  return (
    mayGive(own.role, given.role) &&
    permissions.every(each => !mayUse(given, each) || mayUse(own, each)) &&
    ((own.grant?.workspaces ?? null) === null ||
      (given.grant?.workspaces?.every(isWithin) ?? false))
  );
};

/** Whether a role has a permission, and the token leaves it. */
export const mayUse = ({ role, grant }: Rights, permission: Permission): boolean =>
  mayRole(role, permission) && isGranted(grant, permission);
