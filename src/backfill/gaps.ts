import type pg from 'pg';
import type { Slice } from './slices.ts';

/** A time of which Seam listed more than it gave: what came is stored, others may be missing. */
export type Gap = Readonly<{
  /** Null where there is only one workspace and nobody named it. */
  workspaceId: string | null;
  from: Date;
  until: Date;
  why: string;
  foundAt: Date;
  nextTryAt: Date;
  /** How often it has been tried again. */
  tries: number;
}>;

const COLUMNS = `
  nullif(workspace, '') as "workspaceId", gap_from as "from", gap_until as "until", why,
  found_at as "foundAt", next_try_at as "nextTryAt", tries`;

const FIRST_WAIT = `interval '10 min'`;
const LONGEST_WAIT = `interval '1 day'`;
const WHY = 'Seam lists more events of this time than it gives in one answer, even type by type.';

/** More than anybody reads. */
const MOST_SHOWN = 100;

/** The gaps that are open, the oldest time first. */
export const readGaps = async (pool: pg.Pool): Promise<Gap[]> => {
  const { rows } = await pool.query<Gap>(
    `select ${COLUMNS} from reconciler.backfill_gaps order by workspace, gap_from limit ${MOST_SHOWN}`,
  );
  return rows;
};

/**
 * Notes what a slice says of gaps, once its events are stored: one that isn't whole leaves one, one that is
 * closes those in it.
 *
 * @returns what changed by it
 */
export const noteGap = async (
  pool: pg.Pool,
  { from, until, isWhole }: Slice,
  workspaceId: string | null,
): Promise<'opened' | 'closed' | null> => {
  const key = workspaceId ?? '';
  if (isWhole) {
    const { rowCount } = await pool.query(
      `delete from reconciler.backfill_gaps
        where workspace = $1 and gap_from >= $2 and gap_until <= $3`,
      [key, from, until],
    );
    return rowCount ? 'closed' : null;
  }
  const { rowCount } = await pool.query(
    `insert into reconciler.backfill_gaps (workspace, gap_from, gap_until, why, next_try_at)
     values ($1, $2, $3, $4, now() + ${FIRST_WAIT})
         on conflict (workspace, gap_from) do nothing`,
    [key, from, until, WHY],
  );
  return rowCount ? 'opened' : null;
};

/**
 * Takes a gap that is due to be tried again; the next time is after a longer wait, whatever comes of this
 * one.
 */
export const takeDueGap = async (
  pool: pg.Pool,
  workspaceId: string | null,
): Promise<Gap | null> => {
  const { rows } = await pool.query<Gap>(
    `update reconciler.backfill_gaps
        set tries = tries + 1,
            next_try_at = now() + least(${LONGEST_WAIT}, ${FIRST_WAIT} * power(2, least(tries, 10) + 1))
      where workspace = $1 and gap_from = (
        select gap_from from reconciler.backfill_gaps
         where workspace = $1 and next_try_at <= now()
         order by next_try_at limit 1)
     returning ${COLUMNS}`,
    [workspaceId ?? ''],
  );
  return rows[0] ?? null;
};
