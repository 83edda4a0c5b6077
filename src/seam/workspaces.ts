import type { Workspace } from '../config/workspaces.ts';
import { createSeam, type Seam } from './client.ts';

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
}): SeamOfWorkspace[] =>
  config.workspaces.map(({ id, name, apiKey }) => {
    if (apiKey === null) throw new TypeError('SEAM_API_KEY was not insisted on');
    return { id, name, seam: createSeam({ apiKey, endpoint: config.seamEndpoint }) };
  });
