import type { Actor } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { userIdFor } from '../../access/mask.ts';
import { and, drizzle, eq, isNull } from '../../db/drizzle.ts';
import { links } from '../../db/schema.ts';
import type { Desk } from '../desk.ts';
import { whyChanged, whyNotStillEnded } from '../links/changed.ts';
import { readByHand, readDone, readFormer } from '../links/done.ts';
import { toSubject } from '../links/lock.ts';
import { readAccount } from '../links/order.ts';
import type { UndoableRow } from './rows.ts';

/** What undoing a link or an unlinking would do, in a sentence, or why it can't be any more. */
export const lookAtLink = async (
  desk: Pick<Desk, 'pool' | 'db' | 'config'>,
  actor: Actor,
  row: UndoableRow,
): Promise<{ does: string } | { whyNot: string }> => {
  const { pool, db } = desk;
  try {
    const subject = toSubject(row.target);
    const done = await readDone(pool, subject, row.id);
    const { accountId } = done;
    const former = await readFormer(pool, done);
    const [current = null] = await drizzle(pool)
      .select()
      .from(links)
      .where(and(eq(links.connectedAccountId, accountId), isNull(links.unlinkedAt)));
    const why =
      done.action === 'link'
        ? whyChanged(await readByHand(pool, accountId, row.id), current)
        : former === null
          ? 'The link that was ended is no longer kept.'
          : await whyNotStillEnded(pool, {
              ended: former,
              current,
              known: await readAccount(desk, db, accountId),
              subject,
              auditId: null,
            });
    if (why !== null) return { whyNot: maskedIn(actor, why, current?.userId ?? done.userId) };
    const to = former === null ? 'no one' : userIdFor(actor, former.userId);
    return { does: `The account is linked to ${to} again, and the case stands as it did.` };
  } catch (error) {
    // What isn't kept any more, or an account that is deleted.
    if (error instanceof SupportError) return { whyNot: error.message };
    throw error;
  }
};

/** Whoever may not see a user's id reads it as they read it elsewhere. */
const maskedIn = (actor: Actor, why: string, userId: string | null): string =>
  userId === null ? why : why.replaceAll(userId, () => userIdFor(actor, userId));
