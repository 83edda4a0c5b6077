import type pg from 'pg';
import { type Actor, insistOn, may } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { hidePersonal, isPersonalBeginning, isPersonalId } from '../../access/personal.ts';
import { inTransaction } from '../../db/client.ts';
import { drizzle, eq, or } from '../../db/drizzle.ts';
import { savedViews } from '../../db/schema-desk.ts';
import { operators } from '../../db/schema-operators.ts';
import { operatorOf } from '../shifts/names.ts';
import { FILTER_FIELDS, type FilterFields, parseFilter } from './connection-filter.ts';
import { fromStored, toStored } from './stored-filter.ts';

/** A list's filters under a name: an operator's own, or one that they share with everybody. */
export type SavedView = Readonly<{
  id: number;
  name: string;
  query: string;
  isShared: boolean;
  /** Whose it is. */
  owner: string;
  /** Whether it is that of whoever asks. */
  isOwn: boolean;
}>;

const LONGEST_NAME = 60;
const MOST_VIEWS = 50;
const MOST_LISTED = 500;

/** A view of another's may say of a person what this one may not see. */
const isReadableBy =
  (actor: Actor) =>
  ({ name, query, isOwn }: SavedView): boolean =>
    isOwn ||
    may(actor, 'see_emails') ||
    (hidePersonal(name) === name &&
      [...new URLSearchParams(query)].every(
        ([field, value]) =>
          !(isPersonalId(value) || (field === 'pattern' && isPersonalBeginning(value))),
      ));

/** One's own in the order of their names, then what others share; for whoever is no operator, what is shared. */
export const listViews = async (pool: pg.Pool, actor: Actor): Promise<SavedView[]> => {
  insistOn(actor, 'view');
  const operatorId = operatorOf(actor);
  const isShared = eq(savedViews.isShared, true);
  const rows = await drizzle(pool)
    .select({ view: savedViews, owner: operators.name })
    .from(savedViews)
    .innerJoin(operators, eq(operators.id, savedViews.operatorId))
    .where(operatorId === null ? isShared : or(eq(savedViews.operatorId, operatorId), isShared))
    .orderBy(savedViews.name, savedViews.id)
    .limit(MOST_LISTED);
  const views = rows.map(({ view, owner }) => toView(view, owner, operatorId));
  return [...views.filter(isOwn), ...views.filter(view => !isOwn(view))].filter(
    isReadableBy(actor),
  );
};

const isOwn = (view: SavedView): boolean => view.isOwn;

/** As it is told to whoever asks. */
export const toView = (
  { id, name, query, isShared, operatorId }: typeof savedViews.$inferSelect,
  owner: string,
  operator: number | null,
): SavedView => ({
  id,
  name,
  query: fromStored(query),
  isShared,
  owner,
  isOwn: operatorId === operator,
});

/** As it is kept, and otherwise as it was typed, so that "24h" goes on to mean the last day; only what a filter has. */
const queryOf = (fields: FilterFields): string => {
  parseFilter(fields);
  const filter = new URLSearchParams(
    FILTER_FIELDS.flatMap((field): [string, string][] => {
      const value = fields[field]?.trim();
      return value ? [[field, value]] : [];
    }),
  );
  return toStored(filter).toString();
};

const readName = (name: string): string => {
  const trimmed = name.trim();
  const isName = trimmed !== '' && [...trimmed].length <= LONGEST_NAME;
  if (isName && !/\p{Cc}/u.test(trimmed) && trimmed.isWellFormed()) return trimmed;
  throw invalid({ name: `A view’s name must have 1 to ${LONGEST_NAME} characters.` });
};

/**
 * Keeps a filter under a name, for this operator alone. The same once more changes nothing.
 *
 * @throws SupportError `invalid` by field, also for a name that is taken; `refused` for whoever is no operator
 */
export const saveView = async (
  pool: pg.Pool,
  actor: Actor,
  given: { name: string; fields: FilterFields },
): Promise<SavedView> => {
  insistOn(actor, 'save_view');
  const operatorId = operatorOf(actor);
  if (operatorId === null) throw new SupportError('refused', 'Only operators have saved views.');
  const name = readName(given.name);
  const query = queryOf(given.fields);
  return inTransaction(pool, async client => {
    const tx = drizzle(client);
    const views = await listViewsOf(client, operatorId);
    const taken = views.find(view => view.name === name);
    if (taken?.query === query) return toView(taken, actor.name, operatorId);
    const fault = `You already have a view called “${name}”. Choose another name, or delete that one first.`;
    if (taken !== undefined) throw invalid({ name: fault });
    if (views.length >= MOST_VIEWS) {
      throw invalid({ name: `You have ${MOST_VIEWS} views. Delete one that you no longer use.` });
    }
    const [saved] = await tx.insert(savedViews).values({ operatorId, name, query }).returning();
    if (saved === undefined) throw new Error('a view was not saved');
    return toView(saved, actor.name, operatorId);
  });
};

/** One request of an operator at a time: the second of a double click finds what the first has saved. */
const listViewsOf = async (client: pg.PoolClient, operatorId: number) => {
  await client.query(`select pg_advisory_xact_lock(hashtext('saved_views'), $1::int)`, [
    operatorId,
  ]);
  return drizzle(client).select().from(savedViews).where(eq(savedViews.operatorId, operatorId));
};
