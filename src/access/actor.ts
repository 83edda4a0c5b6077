import { NotAllowedError } from './errors.ts';
import { type Grant, mayUse, type Rights } from './grant.ts';
import { LEAST_ROLES, mayRole, type Permission, type Role } from './permissions.ts';

/** Where somebody does something. */
export type Face = 'console' | 'api' | 'cli' | 'app';

/** Who does something, and how the audit log names them. */
export type Actor = Readonly<{
  /** `operator:3`, `token:5`, `shell:root`, `app`: never given to another. */
  key: `operator:${number}` | `token:${number}` | `shell:${string}` | 'app';
  name: string;
  role: Role;
  face: Face;
  /**
   * Which request this is, where its sender says so (a form's number, an Idempotency-Key): the same one
   * sent twice is done once.
   */
  idempotencyKey: string | null;
  /** Whose token it is, where a token does it: what it does is put down to both. */
  owner?: Readonly<{ key: `operator:${number}`; name: string }> | null;
  /** What a token may; absent where no token does it. */
  grant?: Grant;
}>;

/** Whoever has a shell here has the database's password, too: the role says only what that comes to. */
export const shellActor = (name: string): Actor => ({
  key: `shell:${name}`,
  name,
  role: 'admin',
  face: 'cli',
  idempotencyKey: null,
});

/** The app whose process we are a part of. It has our settings, and so the database's password, too. */
export const APP_ACTOR: Actor = {
  key: 'app',
  name: 'the app',
  role: 'admin',
  face: 'app',
  idempotencyKey: null,
};

export const may = (rights: Rights, permission: Permission): boolean => mayUse(rights, permission);

/** @throws SupportError `not_allowed`, with the role or the permission that it takes */
export const insistOn = (actor: Actor, permission: Permission): void => {
  if (may(actor, permission)) return;
  throw new NotAllowedError(permission, whyNot(actor, permission));
};

const whyNot = ({ role, grant }: Rights, permission: Permission): string => {
  if (!mayRole(role, permission)) {
    const whose = grant === undefined ? 'yours' : "the token's";
    return `This requires the role "${LEAST_ROLES[permission]}"; ${whose} is "${role}".`;
  }
  return `This requires the permission "${permission}", which the token doesn't have.`;
};
