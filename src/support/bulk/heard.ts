import type { Client } from '../../db/client.ts';
import { drizzle, eq, inArray, type SQL, sql } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import type { ReconciliationState } from '../../model/outcome.ts';
import { casesOf } from '../cases/members.ts';

/* Whether a case stands as it was previewed: nothing was heard of any of its subjects since. */

/** The sum of the generations of the case that a subject leads: more is news. */
export const HEARD: SQL = sql.raw(`coalesce((
  select sum(member.generation) from reconciler.reconciliations member
   where member.connected_account_id = "reconciler"."reconciliations".connected_account_id
     and coalesce(member.workspace_id = "reconciler"."reconciliations".workspace_id, true)),
  "reconciler"."reconciliations".generation)`);

const PRUNED = 'it has been pruned since the preview';
const CHANGED = 'it has changed since the preview';

/**
 * Why a case of a plan isn't touched any more; null: it stands as it was previewed, and its subjects are locked, in the
 * order of their keys, as everywhere.
 *
 * @param planned what was heard of it by then
 * @param chosen the states that were meant
 */
export const whyChanged = async (
  client: Client,
  { subject, planned }: Readonly<{ subject: string; planned: number }>,
  chosen: readonly ReconciliationState[],
): Promise<string | null> => {
  const members = (await casesOf(client, [subject])).get(subject);
  if (members === undefined) return PRUNED;
  await drizzle(client)
    .select({ subject: reconciliations.subject })
    .from(reconciliations)
    .where(inArray(reconciliations.subject, [...members.subjects]))
    .orderBy(reconciliations.subject)
    .for('update');
  const [now] = await drizzle(client)
    .select({ state: reconciliations.state, heard: sql<number>`${HEARD}::float8` })
    .from(reconciliations)
    .where(eq(reconciliations.subject, subject));
  if (now === undefined) return PRUNED;
  const isSame = members.lead === subject && now.heard === planned && chosen.includes(now.state);
  return isSame ? null : CHANGED;
};
