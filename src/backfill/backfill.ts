import type pg from 'pg';
import type { Seam } from '../seam/client.ts';
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
  let doneUntil = since;
  let stoppedBy: unknown = null;
  try {
    for await (const slice of readSlices(seam, since, until, signal)) {
      const told = await storeSlice(pool, slice, workspaceId);
      hours.add(told);
      if (told.some(({ was }) => was === 'missing')) onStored();
      doneUntil = slice.until;
      onSlice(doneUntil);
    }
  } catch (error) {
    stoppedBy = error;
  }
  return { since, until, doneUntil, ...hours.totals(), hours: hours.withMissing(), stoppedBy };
};
