import type { Actor } from '../../access/actor.ts';
import { wordsFor } from '../../access/mask.ts';
import { isOneOf, workspaceLabel } from '../../config/workspaces.ts';
import { EXPLANATIONS } from '../../model/outcome.ts';
import { readHolds } from '../../reconcile/holds.ts';
import { readPauses } from '../../reconcile/pauses.ts';
import type { Desk } from '../desk.ts';

/** Why nothing of a workspace (or of all) is looked at for now: Seam's doing, or a person's. */
export type Standstill = Readonly<{
  /** Null: all, or the only one. */
  workspace: string | null;
  sentence: string;
  remedy: string;
  since: string;
}>;

/** What keeps the queue from giving anything out, as this person may read of it; empty when all is well. */
export const readStandstills = async (
  { db, config: { workspaces } }: Pick<Desk, 'db' | 'config'>,
  actor: Pick<Actor, 'role'>,
): Promise<Standstill[]> => {
  const [holds, pauses] = await Promise.all([readHolds(db), readPauses(db)]);
  return [
    ...pauses.map(({ workspace_id: id, why, by, since }) => ({
      workspace: workspaceLabel(workspaces, id),
      sentence: `${by} paused the queue: ${wordsFor(actor, why)}`,
      remedy: 'Nothing is checked until someone resumes it.',
      since,
    })),
    // What was held of a workspace that is no longer configured stands still for another reason.
    ...holds
      .filter(({ workspaceId }) => isOneOf(workspaces, workspaceId))
      .map(({ workspaceId, reason, since }) => ({
        workspace: workspaceLabel(workspaces, workspaceId),
        ...EXPLANATIONS[reason],
        since: since.toISOString(),
      })),
  ];
};
