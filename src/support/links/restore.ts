import type { Client } from '../../db/client.ts';
import { drizzle, eq, sql } from '../../db/drizzle.ts';
import { links, reconciliations } from '../../db/schema.ts';
import type { Desk } from '../desk.ts';
import type { CaseBefore } from './link.ts';
import { askForLook, type StoredLink, type ToQueue, toSubject } from './lock.ts';

/* How things stood before a link by hand, put back within the transaction that takes it back. */

/** A row of its own, so that the history tells of the time in between. */
export const restoreLink = async (client: Client, former: StoredLink): Promise<void> => {
  const { id: _, linkedAt: __, unlinkedAt, unlinkedByRun, unlinkedBecause, ...rest } = former;
  await drizzle(client)
    .insert(links)
    .values({ ...rest, unlinkedByChange: null });
};

/** What a link leaves a case in, as long as nothing else has happened to it. */
const AS_LINKED: readonly string[] = ['linked', 'pending'];
/** It was waiting for a look then. */
const WAITING: readonly string[] = ['pending', 'retrying'];

/** @returns the look that was asked for, where it takes one to say how it stands now */
export const restoreCase = async (
  { queues }: Desk,
  client: Client,
  { subject: text, state, reason }: CaseBefore,
): Promise<ToQueue[]> => {
  const subject = toSubject(text);
  const tx = drizzle(client);
  const [now] = await tx
    .select({ state: reconciliations.state })
    .from(reconciliations)
    .where(eq(reconciliations.subject, subject))
    .for('update');
  if (now === undefined || now.state === 'dismissed') return [];
  if (AS_LINKED.includes(now.state) && !WAITING.includes(state)) {
    await tx
      .update(reconciliations)
      .set({ state, reason, updatedAt: sql`now()` })
      .where(eq(reconciliations.subject, subject));
    return [];
  }
  const asked = await askForLook(client, queues, subject);
  return asked === null ? [] : [asked];
};
