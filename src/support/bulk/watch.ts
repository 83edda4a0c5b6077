import type { Client } from '../../db/client.ts';
import { and, drizzle, eq, sql } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import { bulkItems } from '../../db/schema-desk.ts';
import { IN_THEIR_ORDER, isIn } from './items.ts';
import { FIRST_OUTCOMES, HOPELESS_SHARE } from './limits.ts';
import { itemOutcomeOf } from './outcome.ts';

/**
 * Writes down what has come of the looks that a bulk run asked for: no more than its pace has handed out.
 *
 * @returns how many are still being looked at
 */
export const watch = async (client: Client, id: number): Promise<number> => {
  const rows = await drizzle(client)
    .select({
      position: bulkItems.position,
      asked: bulkItems.askedGeneration,
      now: {
        state: reconciliations.state,
        reason: reconciliations.reason,
        generation: reconciliations.generation,
        observedGeneration: reconciliations.observedGeneration,
        isSettled: sql<boolean>`${reconciliations.settledAt} is not null`,
      },
    })
    .from(bulkItems)
    .leftJoin(reconciliations, eq(reconciliations.subject, bulkItems.subject))
    .where(and(eq(bulkItems.bulkRunId, id), eq(bulkItems.state, 'asked')));
  const known = rows.flatMap(({ position, asked, now }) => {
    const outcome = itemOutcomeOf(asked ?? 0, now);
    return outcome === null ? [] : [{ position, ...outcome }];
  });
  if (known.length > 0) {
    await client.query(
      `update reconciler.bulk_items i set state = r.state, why = r.why, changed_at = now()
         from unnest($2::int[], $3::text[], $4::text[]) as r(position, state, why)
        where i.bulk_run_id = $1 and i.position = r.position and i.state = 'asked'`,
      [
        id,
        known.map(({ position }) => position),
        known.map(({ state }) => state),
        known.map(({ why }) => why),
      ],
    );
  }
  return rows.length - known.length;
};

/** How the first ones of a bulk run ended. */
export type FirstOutcomes = Readonly<{
  /** How many are in, at most FIRST_OUTCOMES. */
  count: number;
  /** Why the run should go no further, in words; null: it may. */
  hopelessBecause: string | null;
}>;

/** Looks at the first ones in order whose outcome is in. */
export const judgeFirst = async (client: Client, id: number): Promise<FirstOutcomes> => {
  const tx = drizzle(client);
  // Each by its own part of the index: of both together all that are in would be sorted.
  const firstThat = (state: 'succeeded' | 'failed') =>
    tx
      .select({ state: bulkItems.state, why: bulkItems.why, position: bulkItems.position })
      .from(bulkItems)
      .where(and(eq(bulkItems.bulkRunId, id), isIn(state)))
      .orderBy(IN_THEIR_ORDER)
      .limit(FIRST_OUTCOMES);
  const ended = [...(await firstThat('succeeded')), ...(await firstThat('failed'))];
  const first = ended
    .toSorted((one, other) => one.position - other.position)
    .slice(0, FIRST_OUTCOMES);
  const failed = first.filter(({ state }) => state === 'failed');
  const isHopeless =
    first.length === FIRST_OUTCOMES && failed.length >= HOPELESS_SHARE * FIRST_OUTCOMES;
  if (!isHopeless) return { count: first.length, hopelessBecause: null };
  const reasons = [...Map.groupBy(failed, ({ why }) => why ?? 'failed')]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([why, items]) => `${items.length} × ${why}`);
  const hopelessBecause = `${failed.length} of the first ${FIRST_OUTCOMES} failed again: ${reasons.join(', ')}`;
  return { count: first.length, hopelessBecause };
};
