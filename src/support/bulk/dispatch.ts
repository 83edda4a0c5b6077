import type { Actor } from '../../access/actor.ts';
import { type Change, recordChanges } from '../../audit-log/record.ts';
import type { Client } from '../../db/client.ts';
import { drizzle, inArray, sql } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import { bulkItems } from '../../db/schema-desk.ts';
import type { Subject } from '../../model/subject.ts';
import { requestLook } from '../../reconcile/request.ts';
import { type CaseMembers, casesOf } from '../cases/members.ts';
import { fromStored } from '../finding/stored-filter.ts';
import { IN_THEIR_ORDER, isIn } from './items.ts';
import { skippedBecause } from './outcome.ts';
import { chosenStates, parseSelection } from './selection.ts';
import { IS_HELD_UP } from './waiting.ts';

/** A subject that was asked for, to be put into its queue once that is committed. */
export type Dispatched = Readonly<{ subject: Subject; workspaceId: string | null }>;

/** Among so many the next that are not held up (of another workspace) are looked for in a step. */
const LOOK_AHEAD = 500;

/** Behind which position a step looks for what it can hand out; it begins anew where it comes to the end. */
export type LookAhead = number;
export const FROM_THE_FIRST: LookAhead = 0;

type Item = { position: number; subject: Subject; planned: number };
type Result = {
  position: number;
  state: 'asked' | 'skipped';
  generation: number | null;
  why: string | null;
};

/** What a step handed out. */
type Step = Readonly<{
  /** How many looks that comes to, or skipped items: what its pace is used up by. */
  looks: number;
  /** What belongs into the queue. */
  asked: Dispatched[];
  /** Where the next step goes on. */
  next: LookAhead;
}>;

/**
 * Asks for the next looks of a retry of many, within a transaction: raises each generation, as a person's retry
 * does, with an audit row for each case. Of a case all that is open is looked at, with what leads it. What has changed since
 * the preview is skipped.
 *
 * @param starter in whose name
 * @param most at most so many
 * @param after where the last step has got
 */
export const dispatchNext = async (
  client: Client,
  run: Readonly<{ id: number; query: string }>,
  starter: Actor,
  most: number,
  after: LookAhead,
): Promise<Step> => {
  const { items, next } = await nextItems(client, run.id, most, after);
  if (items.length === 0) return { looks: 0, asked: [], next };
  const cases = await casesOf(
    client,
    items.map(({ subject }) => subject),
  );
  const standings = await lockAll(client, items, cases);
  const chosen = chosenStates(parseSelection(fromStored(run.query)), 'retry');
  const results: Result[] = [];
  const asked: Dispatched[] = [];
  const changes: Change[] = [];
  const ask = async (subject: Subject) => {
    // Whether its workspace is configured was seen when it was planned, by the one who planned it.
    const result = await requestLook(client, null, subject);
    if (result.kind === 'refused') return result;
    asked.push({ subject, workspaceId: result.workspaceId });
    return result;
  };
  for (const { position, subject, planned } of items) {
    const skip = skippedBecause(planned, chosen, standings.get(subject));
    const result = skip === null ? await ask(subject) : ({ kind: 'refused', why: skip } as const);
    if (result.kind === 'refused') {
      results.push({ position, state: 'skipped', generation: null, why: result.why });
      continue;
    }
    const { before, after } = result;
    results.push({ position, state: 'asked', generation: after.generation, why: null });
    const others: Subject[] = [];
    const found = cases.get(subject);
    for (const other of openOthers(found, subject, standings))
      if ((await ask(other)).kind === 'asked') others.push(other);
    // As of a person's retry: one row a case, on what the case is called by.
    const also = others.length === 0 ? {} : { also: others };
    const target = found?.key ?? subject;
    changes.push({
      action: 'retry',
      target,
      before,
      after: { ...after, ...also },
      bulkRunId: run.id,
    });
  }
  if (changes.length > 0) await recordChanges(client, starter, changes);
  await writeResults(client, run.id, results);
  const skipped = results.filter(({ state }) => state === 'skipped').length;
  return { looks: asked.length + skipped, asked, next };
};

/** What is open of a case besides what leads it. */
const openOthers = (
  members: CaseMembers | undefined,
  lead: Subject,
  standings: Awaited<ReturnType<typeof lockAll>>,
): Subject[] =>
  (members?.subjects ?? []).filter(other => {
    const state = standings.get(other)?.state;
    return other !== lead && (state === 'failed' || state === 'retrying');
  });

const nextItems = async (
  client: Client,
  id: number,
  most: number,
  after: LookAhead,
): Promise<{ items: Item[]; next: LookAhead }> => {
  const { rows } = await drizzle(client).execute<Item & { is_held_up: boolean }>(sql`
    with ahead as (
      select position, subject, planned_generation from ${bulkItems}
       where bulk_run_id = ${id} and ${isIn('waiting')} and position > ${after}
       order by ${IN_THEIR_ORDER} limit ${LOOK_AHEAD}
    )
    select position, ahead.subject, planned_generation::float8 as planned, ${IS_HELD_UP} as is_held_up
      from ahead left join ${reconciliations} on ${reconciliations.subject} = ahead.subject
     order by position`);
  const free = rows.filter(row => !row.is_held_up);
  const items = free.slice(0, most);
  // Where it can hand out no more of these, the next step looks further.
  if (free.length > most) return { items, next: after };
  const isMore = rows.length === LOOK_AHEAD;
  return { items, next: isMore ? (rows.at(-1)?.position ?? after) : FROM_THE_FIRST };
};

/** In the order of their keys, as everywhere, so that nobody waits for each other. */
const lockAll = async (
  client: Client,
  items: readonly Item[],
  cases: ReadonlyMap<string, CaseMembers>,
) => {
  const subjects = items.flatMap(({ subject }) => [
    subject,
    ...(cases.get(subject)?.subjects ?? []),
  ]);
  const rows = await drizzle(client)
    .select({
      subject: reconciliations.subject,
      generation: reconciliations.generation,
      state: reconciliations.state,
    })
    .from(reconciliations)
    .where(inArray(reconciliations.subject, [...new Set(subjects)]))
    .orderBy(reconciliations.subject)
    .for('update');
  return new Map<string, (typeof rows)[number]>(rows.map(row => [row.subject, row]));
};

const writeResults = async (client: Client, id: number, results: readonly Result[]) => {
  await client.query(
    `update reconciler.bulk_items i
        set state = r.state, asked_generation = r.generation, why = r.why, changed_at = now()
       from unnest($2::int[], $3::text[], $4::bigint[], $5::text[]) as r(position, state, generation, why)
      where i.bulk_run_id = $1 and i.position = r.position`,
    [
      id,
      results.map(({ position }) => position),
      results.map(({ state }) => state),
      results.map(({ generation }) => generation),
      results.map(({ why }) => why),
    ],
  );
};
