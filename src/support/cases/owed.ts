import type { Db } from '../../db/client.ts';
import { inArray } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import { asCounted, withAccount } from './summary.ts';

/** What is owed of a case, all of its subjects together. */
export type Owed = Readonly<{
  /** As `lockCase` counts it: more than somebody has read is news since. */
  generation: number;
  observedGeneration: number;
  /** The first look that is owed; null: none is. */
  nextLookAt: Date | null;
  isUnderWay: boolean;
}>;

export const owedOf = async (db: Db, subjects: readonly string[]): Promise<Owed> => {
  const rows = await withAccount(db).where(inArray(reconciliations.subject, [...subjects]));
  const all = rows.map(row => ({ ...asCounted(row), now: row.now }));
  const sum = (of: (each: (typeof all)[number]) => number): number =>
    all.reduce((total, each) => total + of(each), 0);
  const due = all
    .filter(each => each.observedGeneration < each.generation)
    .map(({ dueAt }) => dueAt)
    .toSorted((one, other) => one.getTime() - other.getTime());
  return {
    generation: sum(each => each.generation),
    observedGeneration: sum(each => each.observedGeneration),
    nextLookAt: due[0] ?? null,
    isUnderWay: all.some(({ leasedUntil, now }) => leasedUntil !== null && leasedUntil > now),
  };
};
