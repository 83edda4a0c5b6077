import { z } from 'zod';
import type { UserIdentity } from '../config/user-identity.ts';
import type { Workspace } from '../config/workspaces.ts';
import { readAnswer } from './answers.ts';
import type { OnCall } from './call-outcome.ts';
import { createSeam, type Seam } from './client.ts';
import { type Access, CALL_TIMEOUT_MS, openWithoutWorkspace } from './connection.ts';
import { toSeamError } from './failures.ts';
import { type Workspace as SeamWorkspace, workspaceSchema } from './resources.ts';
import { toStorable } from './storable.ts';

/** A workspace with Seam's API as its key opens it. */
export type SeamOfWorkspace = Pick<Workspace, 'id' | 'name'> & Readonly<{ seam: Seam }>;

/**
 * Opens Seam's API for each workspace. `workspaceFor(seams, id)?.seam` is the one that serves an id.
 *
 * @throws TypeError for a workspace without an API key: the command's settings should have insisted on it
 */
export const createSeams = (config: {
  workspaces: readonly Workspace[];
  seamEndpoint: string;
  identity: UserIdentity;
  /** Is told what came of each request. */
  onCall?: OnCall | undefined;
}): SeamOfWorkspace[] => {
  const readsUserIdentities = config.identity.rules.some(({ kind }) => kind === 'user_identity');
  return config.workspaces.map(({ id, name, apiKey }) => {
    if (apiKey === null) throw new TypeError('SEAM_API_KEY was not insisted on');
    return {
      id,
      name,
      seam: createSeam(
        { apiKey, workspaceId: id, endpoint: config.seamEndpoint },
        { readsUserIdentities, onCall: config.onCall },
      ),
    };
  });
};

/**
 * Which workspaces a key (its own) or a personal access token (all that its person may see) opens.
 *
 * @throws SeamError when Seam refuses it, or doesn't answer
 */
export const listWorkspaces = async (
  access: Pick<Access, 'apiKey' | 'endpoint'>,
  signal: AbortSignal,
): Promise<SeamWorkspace[]> => {
  const { client } = openWithoutWorkspace(access);
  try {
    const { headers, data } = await client.request<unknown>({
      url: '/workspaces/list',
      signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]),
    });
    return readAnswer({ headers, data: toStorable(data) }, 'workspaces', z.array(workspaceSchema));
  } catch (error) {
    signal.throwIfAborted();
    throw toSeamError(error);
  }
};
