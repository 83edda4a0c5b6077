import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransaction } from '../../db/client.ts';
import { drizzle, eq } from '../../db/drizzle.ts';
import { bulkRuns } from '../../db/schema-desk.ts';
import type { Desk } from '../desk.ts';
import { toStored } from '../finding/stored-filter.ts';
import { MOST_MATCHING, MOST_PREVIEWS, PER_MINUTE } from './limits.ts';
import { formatSelection, type Selection, selectionFor } from './selection.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { startWithin } from './start.ts';
import { leftOutLines, number } from './words.ts';

type Planner = Pick<Desk, 'pool' | 'queues'>;
type Options = Readonly<{ why?: string | undefined }>;

/**
 * Plans the retry of what is selected: what matches now is written down, and only that will be retried.
 *
 * @returns the id of the bulk run, which waits to be started
 * @throws SupportError `not_allowed`; `refused` when there is nothing to retry, or too much
 */
export const plan = async (
  desk: Planner,
  actor: Actor,
  selection: Selection,
  options: Options = {},
): Promise<number> => {
  insistOn(actor, 'plan_bulk_run');
  return inTransaction(desk.pool, client => planWithin(client, desk, actor, selection, options));
};

/**
 * Plans and starts in one step, for what somebody ticked: they have seen it.
 *
 * @returns the id of the bulk run, and how many it retries
 * @throws SupportError as plan and start do
 */
export const planAndStart = async (
  desk: Planner,
  actor: Actor,
  selection: Selection,
  options: Options = {},
): Promise<number> => {
  insistOn(actor, 'plan_bulk_run');
  insistOn(actor, 'start_bulk_run');
  return inTransaction(desk.pool, async client => {
    const id = await planWithin(client, desk, actor, selection, options);
    await startWithin(client, actor, id, options.why);
    return id;
  });
};

/** What would be planned; nothing is stored. @throws SupportError as plan does */
export const tryPlan = async (
  desk: Planner,
  actor: Actor,
  selection: Selection,
): Promise<Snapshot> => {
  insistOn(actor, 'plan_bulk_run');
  return inTransaction(desk.pool, async client =>
    insistOnSome(
      await takeSnapshot(client, selectionFor(actor, selection), desk.queues.servedIds, null),
    ),
  );
};

/** All of them have one: the same request sent twice is known by it, whatever id the second would get. */
const TARGET = 'bulk_runs';

const planWithin = async (
  client: Client,
  { queues }: Planner,
  actor: Actor,
  given: Selection,
  { why }: Options,
): Promise<number> => {
  const selection = selectionFor(actor, given);
  const tx = drizzle(client);
  const query = toStored(new URLSearchParams(formatSelection(selection))).toString();
  const [row] = await tx
    .insert(bulkRuns)
    .values({
      action: 'retry',
      query,
      plannedBy: actor.name,
      why: why?.trim() || null,
      total: 0,
      perMinute: PER_MINUTE,
    })
    .returning({ id: bulkRuns.id });
  if (row === undefined) throw new Error('a bulk run without a row');
  const { id } = row;
  // First of all: a second click waits here for the first, and then does nothing.
  await recordChange(client, actor, {
    action: 'plan_bulk_run',
    target: TARGET,
    after: { bulk_run: id, query },
    why: why?.trim() || undefined,
    bulkRunId: id,
  });
  await forgetOldPreviews(client, actor);
  const snapshot = await takeSnapshot(client, selection, queues.servedIds, id);
  const { total, leftOut } = insistOnSome(snapshot);
  await tx.update(bulkRuns).set({ total, leftOut }).where(eq(bulkRuns.id, id));
  return id;
};

/** Each with its items, in the transaction of somebody who waits: as a rule there is one. */
const MOST_FORGOTTEN = 2;

const forgetOldPreviews = async (client: Client, { name }: Actor): Promise<void> => {
  await client.query(
    `delete from reconciler.bulk_runs where id in (
       select id from reconciler.bulk_runs where state = 'planned' and planned_by = $1
        order by id desc offset $2 limit $3 for update skip locked)`,
    [name, MOST_PREVIEWS, MOST_FORGOTTEN],
  );
};

const insistOnSome = (snapshot: Snapshot): Snapshot => {
  if (snapshot.isTooLarge) {
    const message = `More than ${number(MOST_MATCHING)} match. Narrow the filter, for example by reason or by time.`;
    throw new SupportError('refused', message);
  }
  if (snapshot.total > 0) return snapshot;
  const lines = leftOutLines(snapshot.leftOut);
  const message =
    lines.length === 0
      ? 'Nothing matches, so there is nothing to retry.'
      : `Nothing that matches can be retried now: ${lines.join('; ')}.`;
  throw new SupportError('refused', message);
};
