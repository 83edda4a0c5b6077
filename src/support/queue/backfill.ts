import { type Actor, insistOn } from '../../access/actor.ts';
import { recordAlone } from '../../audit-log/record.ts';
import { type BackfillReport, backfill } from '../../backfill/backfill.ts';

/**
 * A backfill that a person asks for, with an audit row: what it stores is looked at.
 *
 * @throws SupportError `not_allowed`
 */
export const backfillByHand = async (
  actor: Actor,
  options: Parameters<typeof backfill>[0],
  signal: AbortSignal,
): Promise<BackfillReport> => {
  insistOn(actor, 'backfill');
  const { pool, since, until, workspaceId } = options;
  await recordAlone(pool, actor, {
    action: 'backfill',
    target: workspaceId === null ? 'events' : `events:${workspaceId}`,
    after: { since, until },
  });
  return backfill(options, signal);
};
