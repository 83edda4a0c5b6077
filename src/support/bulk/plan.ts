import { type Actor, insistOn } from '../../access/actor.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransaction } from '../../db/client.ts';
import { drizzle } from '../../db/drizzle.ts';
import { bulkRuns } from '../../db/schema-desk.ts';
import type { Desk } from '../desk.ts';
import { toStored } from '../finding/stored-filter.ts';
import {
  type BulkOrder,
  cleanGiven,
  cleanWhy,
  givenTold,
  PACE_OF,
  PERMISSION_OF,
  RETRY,
} from './actions.ts';
import { fill } from './fill.ts';
import { MOST_PREVIEWS } from './limits.ts';
import { outOfReachOfOldVersions } from './pace.ts';
import { formatSelection, type Selection, selectionFor } from './selection.ts';
import type { Snapshot } from './snapshot.ts';
import { insistOnColleague, startWithin } from './start.ts';
import { oneUser } from './users.ts';

type Planner = Pick<Desk, 'pool' | 'queues' | 'users' | 'profiles'>;
type Options = Readonly<{
  why?: string | undefined;
  /** What is done to each; left out: a retry. */
  order?: BulkOrder | undefined;
}>;

/**
 * Plans what is done to what is selected: what matches now is written down, and only that will be touched.
 *
 * @returns the id of the bulk run, which waits to be started
 * @throws SupportError `not_allowed`, `invalid`; `refused` when there is nothing to do it to, or too much
 */
export const plan = async (
  desk: Planner,
  actor: Actor,
  selection: Selection,
  options: Options = {},
): Promise<number> => {
  insistOnPlanning(actor, options);
  return inTransaction(desk.pool, async client => {
    const { id } = await planWithin(client, desk, actor, selection, options);
    return id;
  });
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
  insistOnPlanning(actor, options);
  insistOn(actor, 'start_bulk_run');
  return inTransaction(desk.pool, async client => {
    const { id } = await planWithin(client, desk, actor, selection, options);
    await startWithin(client, actor, id, options.why);
    return id;
  });
};

/** What was found out, and is rolled back. */
class OnlyTried extends Error {
  readonly snapshot: Snapshot;
  constructor(snapshot: Snapshot) {
    super('nothing is planned');
    this.snapshot = snapshot;
  }
}

/** What would be planned; nothing is stored. @throws SupportError as plan does */
export const tryPlan = async (
  desk: Planner,
  actor: Actor,
  selection: Selection,
  options: Options = {},
): Promise<Snapshot> => {
  insistOnPlanning(actor, options);
  try {
    return await inTransaction(desk.pool, async client => {
      const { snapshot } = await planWithin(client, desk, actor, selection, options);
      throw new OnlyTried(snapshot);
    });
  } catch (error) {
    if (error instanceof OnlyTried) return error.snapshot;
    throw error;
  }
};

const insistOnPlanning = (actor: Actor, { order = RETRY }: Options): void => {
  insistOn(actor, 'plan_bulk_run');
  insistOn(actor, PERMISSION_OF[order.action] ?? 'plan_bulk_run');
};

/** All of them have one: the same request sent twice is known by it, whatever id the second would get. */
const TARGET = 'bulk_runs';

type Planned = Readonly<{ id: number; snapshot: Snapshot }>;

const planWithin = async (
  client: Client,
  desk: Planner,
  actor: Actor,
  selected: Selection,
  { why: given, order: asked = RETRY }: Options,
): Promise<Planned> => {
  const selection = selectionFor(actor, selected);
  const { action } = asked;
  const order = { action, given: await oneUser(desk, cleanGiven(asked.given)) };
  await insistOnColleague(client, actor, order);
  const why = cleanWhy(action, given);
  const query = toStored(new URLSearchParams(formatSelection(selection))).toString();
  const [row] = await drizzle(client)
    .insert(bulkRuns)
    .values({
      action,
      given: action === 'retry' ? null : order.given,
      query,
      plannedBy: actor.name,
      why,
      total: 0,
      perMinute: PACE_OF[action],
      leasedUntil: action === 'retry' ? null : outOfReachOfOldVersions,
    })
    .returning({ id: bulkRuns.id });
  if (row === undefined) throw new Error('a bulk run without a row');
  const { id } = row;
  // First of all: a second click waits here for the first, and then does nothing.
  await recordChange(client, actor, {
    action: 'plan_bulk_run',
    target: TARGET,
    after: {
      bulk_run: id,
      query,
      ...(action === 'retry' ? {} : { action, ...givenTold(order.given) }),
    },
    why: why ?? undefined,
    bulkRunId: id,
  });
  await forgetOldPreviews(client, actor);
  return { id, snapshot: await fill(client, desk, { id, ...order }, selection) };
};

/** Each with its items, in the transaction of somebody who waits: as a rule there is one. */
const MOST_FORGOTTEN = 2;

const forgetOldPreviews = async (client: Client, { name }: Actor): Promise<void> => {
  await client.query(
    `delete from reconciler.bulk_runs where id in (
       select id from reconciler.bulk_runs where state = 'planned' and asked_at is null and planned_by = $1
        order by id desc offset $2 limit $3 for update skip locked)`,
    [name, MOST_PREVIEWS, MOST_FORGOTTEN],
  );
};
