import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import type { Permission } from '../../access/permissions.ts';

/** The Seam workspaces that a token is limited to; null: it is not, or no token asks. */
export const ownWorkspaces = ({ grant }: Pick<Actor, 'grant'>): readonly string[] | null =>
  grant?.workspaces ?? null;

/**
 * Endpoints are of the whole installation: what is done to one is done to the messages of all workspaces.
 *
 * @throws SupportError `not_allowed`, also for a token that is limited to some Seam workspaces
 */
export const insistOnEndpoints = (actor: Actor, permission: Permission): void => {
  insistOn(actor, permission);
  const own = ownWorkspaces(actor);
  if (own === null) return;
  throw new SupportError(
    'not_allowed',
    `This token is limited to the Seam workspaces ${own.join(', ')}; endpoints belong to all of them.`,
  );
};
