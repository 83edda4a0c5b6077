import type pg from 'pg';
import type { Seam } from '../seam/client.ts';
import { noteGap } from './gaps.ts';
import { readPrunedUntil } from './lacking.ts';
import { createHours, type Hour } from './report.ts';
import { readSlices } from './slices.ts';
import { storeSlice } from './store.ts';

/** What a person's backfill did. */
export type BackfillReport = Readonly<{
  since: Date;
  /** Up to here it was asked to read. */
  until: Date;
  /** Up to here it has read and stored: `until`, unless it was stopped before. */
  doneUntil: Date;
  listed: number;
  missing: number;
  /** Not here, and older than what is kept: they may have been here and were pruned. Not stored. */
  older: number;
  /** Of events after this one it can tell; null: of all. */
  prunedUntil: Date | null;
  /** What it could not read to its end; noted, and tried again by the scheduled backfill. */
  gaps: readonly Readonly<{ from: Date; until: Date }>[];
  hours: readonly Hour[];
  /** What stopped it; null when it was done. */
  stoppedBy: unknown;
}>;

/**
 * Reads all events of our types that Seam made in a stretch of time and stores those that we lack. What was
 * stored before it is stopped stays; a second time finds it there.
 *
 * @param onSlice is told how far it has got, after each commit
 */
export const backfill = async (
  options: Readonly<{
    pool: pg.Pool;
    seam: Pick<Seam, 'listEvents'>;
    /** Whose list it is; null where there is only one and nobody named it. */
    workspaceId: string | null;
    since: Date;
    until: Date;
    /** Something was stored that is still to be counted. */
    onStored: () => void;
    onSlice: (doneUntil: Date) => void;
  }>,
  signal: AbortSignal,
): Promise<BackfillReport> => {
  const { pool, seam, workspaceId, since, until, onStored, onSlice } = options;
  const hours = createHours();
  const gaps: { from: Date; until: Date }[] = [];
  let doneUntil = since;
  let stoppedBy: unknown = null;
  try {
    for await (const slice of readSlices(seam, since, until, signal)) {
      const told = await storeSlice(pool, slice, workspaceId);
      hours.add(told);
      await noteGap(pool, slice, workspaceId);
      if (!slice.isWhole) gaps.push({ from: slice.from, until: slice.until });
      if (told.some(({ was }) => was === 'missing')) onStored();
      doneUntil = slice.until;
      onSlice(doneUntil);
    }
  } catch (error) {
    stoppedBy = error;
  }
  const totals = hours.totals();
  const prunedUntil = totals.older === 0 ? null : await readPrunedUntil(pool);
  return {
    since,
    until,
    doneUntil,
    ...totals,
    prunedUntil,
    gaps,
    hours: hours.withMissing(),
    stoppedBy,
  };
};
