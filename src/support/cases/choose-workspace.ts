import { invalid, SupportError } from '../../access/errors.ts';
import { workspaceFor, workspaceLabel } from '../../config/workspaces.ts';
import type { SeamOfWorkspace } from '../../seam/workspaces.ts';
import type { Desk } from '../desk.ts';
import { workspaceOfId } from './retry.ts';

/**
 * The Seam of a workspace.
 *
 * @param wanted its id or name; undefined: the only one there is
 * @throws SupportError `refused` where this process has no key, `invalid` where it isn't clear which is meant
 */
export const chooseSeam = (
  { seams }: Pick<Desk, 'seams'>,
  wanted: string | undefined,
): SeamOfWorkspace => {
  const [first, second] = seams;
  if (first === undefined) {
    const message =
      'The process that serves this has no key to ask Seam: set SEAM_API_KEY for it (or "api_key" of each workspace in SEAM_WORKSPACES).';
    throw new SupportError('refused', message);
  }
  if (wanted === undefined && second === undefined) return first;
  const [one, another] = seams.filter(
    ({ id, name }) => wanted !== undefined && [id, name].includes(wanted),
  );
  if (one !== undefined && another === undefined) return one;
  const labels = seams.map(({ id }) => workspaceLabel(seams, id)).filter(Boolean);
  const choice = labels.length === 0 ? 'only one is configured' : `choose of ${labels.join(', ')}`;
  const fault = wanted === undefined ? 'there are several' : 'this names no single one';
  throw invalid({ workspace: `Which Seam workspace: ${fault}; ${choice}.` });
};

/**
 * The Seam of the workspace that what an id leads to is of: the one that we know it from, else the one that
 * was named. Another workspace's "there is none" would be taken for a deletion.
 *
 * @throws SupportError like `chooseSeam`, and `invalid` where another one was named
 */
export const chooseSeamOf = async (
  desk: Pick<Desk, 'seams' | 'db'>,
  id: string,
  wanted: string | undefined,
): Promise<SeamOfWorkspace> => {
  const known = desk.seams.length > 1 ? await workspaceOfId(desk.db, id) : null;
  if (known === null) return chooseSeam(desk, wanted);
  const own = workspaceFor(desk.seams, known);
  const chosen = wanted === undefined ? own : chooseSeam(desk, wanted);
  if (own !== null && chosen === own) return own;
  const label = workspaceLabel(desk.seams, known);
  throw invalid({
    workspace: `It is of the Seam workspace ${label}, and can only be changed there.`,
  });
};
