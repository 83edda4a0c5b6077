import { SupportError } from '../../access/errors.ts';
import type { Client } from '../../db/client.ts';
import { drizzle, eq } from '../../db/drizzle.ts';
import { bulkRuns } from '../../db/schema-desk.ts';
import type { BulkAction, BulkGiven } from '../../model/bulk.ts';
import type { Desk } from '../desk.ts';
import { actionWords } from './action-words.ts';
import { type BulkOrder, saysToWhom } from './actions.ts';
import { MOST_MATCHING } from './limits.ts';
import type { Selection } from './selection.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { chooseUsersWithin } from './users.ts';
import { addLeftOut, leftOutLines, number } from './words.ts';

type Filler = Pick<Desk, 'queues' | 'users' | 'profiles'>;

/** Writes down what a run is done to, and to whom each is linked, and how many that leaves out. */
export const fill = async (
  client: Client,
  desk: Filler,
  { id, action, given }: BulkOrder & Readonly<{ id: number }>,
  selection: Selection,
): Promise<Snapshot> => {
  const taken = insistOnSome(
    action,
    await takeSnapshot(client, { selection, action }, desk.queues.servedIds, id),
  );
  const snapshot =
    action === 'link' && saysToWhom(given)
      ? await withUsers(client, desk, id, given, taken)
      : taken;
  const { total, leftOut } = snapshot;
  await drizzle(client).update(bulkRuns).set({ total, leftOut }).where(eq(bulkRuns.id, id));
  return snapshot;
};

const withUsers = async (
  client: Client,
  desk: Filler,
  id: number,
  given: BulkGiven,
  { total, leftOut, ...taken }: Snapshot,
): Promise<Snapshot> => {
  const without = await chooseUsersWithin(client, desk, id, given, total);
  const { rows } = await client.query<{ total: number; sample: string[] }>(
    `select (select count(*)::int from reconciler.bulk_items where bulk_run_id = $1) as total,
            array(select subject from reconciler.bulk_items where bulk_run_id = $1
                   order by position limit $2) as sample`,
    [id, taken.sample.length],
  );
  const left = { ...taken, leftOut: addLeftOut(leftOut, without), ...rows[0] };
  return insistOnSome('link', { ...left, total: rows[0]?.total ?? 0 });
};

const insistOnSome = (action: BulkAction, snapshot: Snapshot): Snapshot => {
  if (snapshot.isTooLarge) {
    const message = `More than ${number(MOST_MATCHING)} match. Narrow the filter, for example by reason or by time.`;
    throw new SupportError('refused', message);
  }
  if (snapshot.total > 0) return snapshot;
  const lines = leftOutLines(snapshot.leftOut);
  const { toDo, past } = actionWords(action);
  const message =
    lines.length === 0
      ? `Nothing matches, so there is nothing to ${toDo}.`
      : `Nothing that matches can be ${past} now: ${lines.join('; ')}.`;
  throw new SupportError('refused', message);
};
