import { invalid, SupportError } from '../../access/errors.ts';
import { ownerOf } from '../../books/owner.ts';
import { chooseWorkspace, workspaceFor, workspaceLabel } from '../../config/workspaces.ts';
import type { Db } from '../../db/client.ts';
import { subjectOf } from '../../model/subject.ts';
import { workspaceOf } from '../../reconcile/workspace-of.ts';
import type { SeamOfWorkspace } from '../../seam/workspaces.ts';
import { oneAccount } from '../accounts/one-account.ts';
import type { Desk } from '../desk.ts';
import { findSubjects } from './find-subjects.ts';

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
  if (seams.length === 0) {
    const message =
      'This process has no Seam API key: set SEAM_API_KEY for it (or "api_key" for each workspace in SEAM_WORKSPACES, or SEAM_PERSONAL_ACCESS_TOKEN for all of them).';
    throw new SupportError('refused', message);
  }
  const choice = chooseWorkspace(seams, wanted);
  if ('chosen' in choice) return choice.chosen;
  throw invalid({ workspace: `Seam workspace: ${choice.fault}.` });
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
    workspace: `It belongs to the Seam workspace ${label}, and can only be changed there.`,
  });
};

/**
 * The workspace that an id belongs to: that of the one account that it leads to (as what is done goes there); else as
 * Seam has shown, else that of its own case, else that of the first case that it leads to (which may be the word of
 * another workspace). Null where none is known.
 */
export const workspaceOfId = async (db: Db, id: string): Promise<string | null> => {
  const account = await oneAccount(db, id);
  const ofAccount = typeof account === 'string' ? await workspaceOfOwn(db, account) : null;
  return ofAccount ?? (await workspaceOfOwn(db, id)) ?? workspaceOfFirst(db, id);
};

const workspaceOfOwn = async ({ $client: pool }: Db, id: string): Promise<string | null> => {
  const { rows } = await pool.query<{ workspace_id: string | null }>(
    `select coalesce(${ownerOf('own.subject')}, ${workspaceOf('r')}) as workspace_id
       from unnest($1::text[]) with ordinality as own(subject, at)
       left join reconciler.reconciliations r using (subject)
      order by own.at`,
    [[subjectOf('connected_account', id), subjectOf('connect_webview', id), id]],
  );
  return rows.find(row => row.workspace_id !== null)?.workspace_id ?? null;
};

const workspaceOfFirst = async ({ $client: pool }: Db, id: string): Promise<string | null> => {
  const [found] = await findSubjects(pool, [id], { limit: 1 });
  if (found === undefined) return null;
  const { rows } = await pool.query<{ workspace_id: string | null }>(
    `select ${workspaceOf('r')} as workspace_id from reconciler.reconciliations r where subject = $1`,
    [found.subject],
  );
  return rows[0]?.workspace_id ?? null;
};
