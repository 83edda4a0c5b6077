import type { Client } from '../../db/client.ts';
import { and, desc, drizzle, eq, inArray, or } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import {
  ABOUT_THE_OWNER,
  ABOUT_THE_WAY,
  type FailureReason,
  type ReconciliationState,
} from '../../model/outcome.ts';
import type { Dismissal, LockedCase } from './lock.ts';

/** How a subject of the account stood before it was linked. */
export type CaseBefore = Readonly<{
  subject: string;
  state: ReconciliationState;
  reason: FailureReason | null;
  /** Of the case that was linked; the look that the link asked for is the next one. */
  generation?: number | undefined;
  /** Who had dismissed it, and why; null where nobody had. */
  dismissal?: Dismissal | null | undefined;
}>;

const MOST_OTHERS = 100;

/** The account's other subjects (its webviews, itself) that are settled by a link, too. */
export const lockOthers = async (
  client: Client,
  { subject, accountId }: LockedCase,
): Promise<CaseBefore[]> => {
  const rows = await drizzle(client)
    .select({
      subject: reconciliations.subject,
      state: reconciliations.state,
      reason: reconciliations.reason,
    })
    .from(reconciliations)
    .where(
      and(
        eq(reconciliations.connectedAccountId, accountId),
        or(
          and(
            inArray(reconciliations.state, ['failed', 'retrying']),
            inArray(reconciliations.reason, [...ABOUT_THE_OWNER]),
          ),
          and(
            eq(reconciliations.state, 'failed'),
            inArray(reconciliations.reason, [...ABOUT_THE_WAY]),
          ),
        ),
      ),
    )
    .orderBy(desc(reconciliations.subject))
    .limit(MOST_OTHERS)
    .for('update');
  return rows.filter(row => row.subject !== subject);
};
