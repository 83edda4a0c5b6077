import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { inTransaction } from '../../db/client.ts';
import { and, drizzle, eq } from '../../db/drizzle.ts';
import { savedViews } from '../../db/schema-desk.ts';
import { FILTER_FIELDS, type FilterFields, parseFilter } from './connection-filter.ts';
import { fromStored, toStored } from './stored-filter.ts';

/** A list's filters under a name, of one operator. */
export type SavedView = Readonly<{ id: number; name: string; query: string }>;

const LONGEST_NAME = 60;
const MOST_VIEWS = 50;

/** Null for whoever is no operator: a token or a shell has no views. */
const operatorIdOf = ({ key }: Actor): number | null => {
  const [kind, id] = key.split(':');
  return kind === 'operator' ? Number(id) : null;
};

/** In the order of their names; none for whoever is no operator. */
export const listViews = async (pool: pg.Pool, actor: Actor): Promise<SavedView[]> => {
  insistOn(actor, 'view');
  const operatorId = operatorIdOf(actor);
  if (operatorId === null) return [];
  const views = await drizzle(pool)
    .select({ id: savedViews.id, name: savedViews.name, query: savedViews.query })
    .from(savedViews)
    .where(eq(savedViews.operatorId, operatorId))
    .orderBy(savedViews.name);
  return views.map(asRead);
};

const asRead = <View extends SavedView>(view: View): View => ({
  ...view,
  query: fromStored(view.query),
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
  const operatorId = operatorIdOf(actor);
  if (operatorId === null) throw new SupportError('refused', 'Only operators have saved views.');
  const name = readName(given.name);
  const query = queryOf(given.fields);
  return inTransaction(pool, async client => {
    const tx = drizzle(client);
    const views = await listViewsOf(client, operatorId);
    const taken = views.find(view => view.name === name);
    if (taken?.query === query) return asRead(taken);
    const fault = `You already have a view called “${name}”. Choose another name, or delete that one first.`;
    if (taken !== undefined) throw invalid({ name: fault });
    if (views.length >= MOST_VIEWS) {
      throw invalid({ name: `You have ${MOST_VIEWS} views. Delete one that you no longer use.` });
    }
    const [saved] = await tx.insert(savedViews).values({ operatorId, name, query }).returning();
    if (saved === undefined) throw new Error('a view was not saved');
    return asRead(saved);
  });
};

/** One request of an operator at a time: the second of a double click finds what the first has saved. */
const listViewsOf = async (client: pg.PoolClient, operatorId: number): Promise<SavedView[]> => {
  await client.query(`select pg_advisory_xact_lock(hashtext('saved_views'), $1::int)`, [
    operatorId,
  ]);
  return drizzle(client).select().from(savedViews).where(eq(savedViews.operatorId, operatorId));
};

/** Forgets one of this operator's views. @throws SupportError `not_found` for any other */
export const deleteView = async (pool: pg.Pool, actor: Actor, id: number): Promise<SavedView> => {
  insistOn(actor, 'save_view');
  const operatorId = operatorIdOf(actor);
  const isId = Number.isSafeInteger(id) && operatorId !== null;
  const [deleted] = isId
    ? await drizzle(pool)
        .delete(savedViews)
        .where(and(eq(savedViews.id, id), eq(savedViews.operatorId, operatorId)))
        .returning()
    : [];
  if (deleted === undefined) throw new SupportError('not_found', 'You have no such view.');
  return asRead(deleted);
};
