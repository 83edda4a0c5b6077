import { restored } from '../../books/changes.ts';
import { OWED_STATES } from '../../books/state-machine.ts';
import type { Client } from '../../db/client.ts';
import { drizzle, eq } from '../../db/drizzle.ts';
import { links, reconciliations } from '../../db/schema.ts';
import type { Desk } from '../desk.ts';
import type { CaseBefore } from './link.ts';
import { askForLook, type StoredLink, type ToQueue, toSubject } from './lock.ts';

/* How things stood before a link or an unlinking by hand, put back within the transaction that takes it back. */

/** A row of its own, so that the history tells of the time in between. */
export const restoreLink = async (client: Client, former: StoredLink): Promise<void> => {
  const { id: _, linkedAt: __, unlinkedAt, unlinkedByRun, unlinkedBecause, ...rest } = former;
  await drizzle(client)
    .insert(links)
    .values({ ...rest, unlinkedByChange: null, unlinkedClaim: null });
};

const BEFORE = { state: '$2', reason: '$3', dismissedBy: '$4', dismissedWhy: '$5' };

/**
 * @param left how the change that is taken back has left it
 * @returns the look that was asked for, where it takes one to say how it stands now
 */
export const restoreCase = async (
  { queues }: Desk,
  client: Client,
  { subject: text, state, reason, generation, dismissal }: CaseBefore,
  left: 'linked' | 'no_action',
): Promise<ToQueue[]> => {
  const subject = toSubject(text);
  const tx = drizzle(client);
  const [now] = await tx
    .select({ state: reconciliations.state, generation: reconciliations.generation })
    .from(reconciliations)
    .where(eq(reconciliations.subject, subject))
    .for('update');
  if (now === undefined || now.state === 'dismissed') return [];
  // As long as nothing has happened to it but the change, and the look that it asked for.
  const isAsLeft =
    now.state === left ||
    (now.state === 'pending' && now.generation === (generation ?? Number.NaN) + 1);
  if (isAsLeft && !OWED_STATES.includes(state)) {
    await client.query(
      `update reconciler.reconciliations r set ${restored(BEFORE)} where subject = $1`,
      [subject, state, reason, dismissal?.by ?? null, dismissal?.why ?? null],
    );
    return [];
  }
  const asked = await askForLook(client, queues, subject);
  return asked === null ? [] : [asked];
};
