import { SupportError } from '../../access/errors.ts';
import { beginningFor, userIdFor, type Viewer, wordsFor } from '../../access/mask.ts';
import type { Db } from '../../db/client.ts';
import { and, desc, eq, isNotNull, lt, sql } from '../../db/drizzle.ts';
import { bulkItems, bulkRuns } from '../../db/schema-desk.ts';
import { operators } from '../../db/schema-operators.ts';
import type { BulkAction, BulkGiven } from '../../model/bulk.ts';
import type { Desk } from '../desk.ts';
import { fromStored } from '../finding/stored-filter.ts';
import { describeGiven } from './action-words.ts';
import { type GivenTold, givenTold } from './actions.ts';
import { parseSelection } from './selection.ts';
import { noSuchBulkRun } from './start.ts';
import { waitsBecause } from './waiting.ts';
import {
  type BulkState,
  describeSelection,
  ITEM_STATES,
  type ItemState,
  type LeftOut,
} from './words.ts';

/** How many items stand how. */
type Counts = Readonly<Record<ItemState, number>>;

/** A bulk run as all faces tell of it. */
export type BulkRun = Readonly<{
  id: number;
  action: BulkAction;
  /** What it takes besides: a note, a user, an operator; and in words. Null for a retry. */
  given: GivenTold | null;
  given_words: string | null;
  state: BulkState;
  /** What was selected, as in the list's URL, and in words. */
  query: string;
  selection: string;
  planned_by: string;
  planned_at: string;
  /** Who has asked for somebody with the role to start it; null: nobody. */
  asked_by: string | null;
  asked_at: string | null;
  started_by: string | null;
  started_at: string | null;
  /** When the last of what was asked for was in. */
  finished_at: string | null;
  why: string | null;
  total: number;
  left_out: LeftOut;
  per_minute: number;
  counts: Counts;
  stopped_because: string | null;
  /** What holds it up at present. */
  waits_because: string | null;
}>;

/** A bulk run as this person may read of it. */
const bulkRunFor = (viewer: Viewer, run: BulkRun): BulkRun => {
  const { why, selection, waits_because, query, stopped_because } = run;
  return {
    ...run,
    given: givenFor(viewer, run.given),
    given_words: wordsFor(viewer, run.given_words),
    stopped_because: wordsFor(viewer, stopped_because),
    query: queryFor(viewer, query),
    selection: wordsFor(viewer, selectionFor(viewer, selection, query)),
    why: wordsFor(viewer, why),
    waits_because: wordsFor(viewer, waits_because),
  };
};

const givenFor = (viewer: Viewer, given: GivenTold | null): GivenTold | null => {
  if (given === null) return null;
  const { note, user_id: userId, without_prefix: without, with_prefix: put } = given;
  return {
    ...given,
    ...(note === undefined ? {} : { note: wordsFor(viewer, note) }),
    ...(userId === undefined ? {} : { user_id: userIdFor(viewer, userId) }),
    ...(without === undefined ? {} : { without_prefix: wordsFor(viewer, without) }),
    ...(put === undefined ? {} : { with_prefix: wordsFor(viewer, put) }),
  };
};

/** A filter may hold a user's id, and that may be an e-mail. */
const queryFor = (viewer: Viewer, query: string): string => {
  const params = [...new URLSearchParams(query)];
  const shown = params.map(([name, value]): [string, string] => [
    name,
    name === 'pattern' ? beginningFor(viewer, value) : userIdFor(viewer, value),
  ]);
  const isWhole = shown.every(([, value], n) => value === params[n]?.[1]);
  return isWhole ? query : new URLSearchParams(shown).toString();
};

/** In its words stands what ids begin with, too. */
const selectionFor = (viewer: Viewer, selection: string, query: string): string => {
  const pattern = new URLSearchParams(query).get('pattern') ?? '';
  return pattern === ''
    ? selection
    : selection.replaceAll(pattern, () => beginningFor(viewer, pattern));
};

type Reader = Readonly<{ db: Db; config: Pick<Desk['config'], 'workspaces'> }>;
type Row = typeof bulkRuns.$inferSelect;

const told = async ({ db, config }: Reader, row: Row): Promise<BulkRun> => ({
  id: row.id,
  action: row.action,
  given: row.given === null ? null : givenTold(row.given),
  given_words: row.given === null ? null : await givenWords(db, row.action, row.given),
  state: row.state,
  query: fromStored(row.query),
  selection: selectionOf(fromStored(row.query), config.workspaces),
  planned_by: row.plannedBy,
  planned_at: row.plannedAt.toISOString(),
  asked_by: row.askedBy,
  asked_at: row.askedAt?.toISOString() ?? null,
  started_by: row.startedBy,
  started_at: row.startedAt?.toISOString() ?? null,
  finished_at: row.finishedAt?.toISOString() ?? null,
  why: row.why,
  total: row.total,
  left_out: row.leftOut,
  per_minute: row.perMinute,
  counts: await countItems(db, row.id),
  stopped_because: row.stoppedBecause,
  waits_because:
    row.state === 'running' && row.action === 'retry' ? await waitsBecause(db, row.id) : null,
});

const givenWords = async (db: Db, action: string, given: BulkGiven): Promise<string | null> => {
  const { operatorId } = given;
  if (typeof operatorId !== 'number') return describeGiven(action, given, new Map());
  const rows = await db
    .select({ id: operators.id, name: operators.name })
    .from(operators)
    .where(eq(operators.id, operatorId));
  return describeGiven(action, given, new Map(rows.map(({ id, name }) => [id, name])));
};

/** In words; as it stands, where another version has planned it by what this one doesn't know. */
const selectionOf = (query: string, workspaces: Desk['config']['workspaces']): string => {
  try {
    return describeSelection(parseSelection(query), workspaces);
  } catch (error) {
    if (error instanceof SupportError) return query;
    throw error;
  }
};

/** By the index of states: no item's row is read. */
const countItems = async (db: Db, id: number): Promise<Counts> => {
  const rows = await db
    .select({ state: bulkItems.state, number: sql<number>`count(*)::int` })
    .from(bulkItems)
    .where(eq(bulkItems.bulkRunId, id))
    .groupBy(bulkItems.state);
  const counted = new Map(rows.map(({ state, number }) => [state, number]));
  return Object.fromEntries(ITEM_STATES.map(state => [state, counted.get(state) ?? 0])) as Record<
    ItemState,
    number
  >;
};

/** @throws SupportError `not_found` */
export const readBulkRun = async (reader: Reader, viewer: Viewer, id: number): Promise<BulkRun> => {
  const [row] = await reader.db.select().from(bulkRuns).where(eq(bulkRuns.id, id));
  if (row === undefined) throw noSuchBulkRun(id);
  return bulkRunFor(viewer, await told(reader, row));
};

/** The latest first. @param before an id: only those before it */
export const listBulkRuns = async (
  reader: Reader,
  viewer: Viewer,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<BulkRun[]> => {
  const rows = await reader.db
    .select()
    .from(bulkRuns)
    .where(before === undefined ? undefined : lt(bulkRuns.id, before))
    .orderBy(desc(bulkRuns.id))
    .limit(limit);
  return Promise.all(rows.map(async row => bulkRunFor(viewer, await told(reader, row))));
};

/** Those that somebody is asked to start, the one that waits longest first. */
export const listAsked = async (
  reader: Reader,
  viewer: Viewer,
  limit: number,
): Promise<BulkRun[]> => {
  const rows = await reader.db
    .select()
    .from(bulkRuns)
    .where(and(eq(bulkRuns.state, 'planned'), isNotNull(bulkRuns.askedAt)))
    .orderBy(bulkRuns.askedAt)
    .limit(limit);
  return Promise.all(rows.map(async row => bulkRunFor(viewer, await told(reader, row))));
};
