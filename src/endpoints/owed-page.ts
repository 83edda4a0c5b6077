import type pg from 'pg';
import { earlyMs } from './recovery.ts';

/** One that waits. */
export type Owed = Readonly<{
  position: number;
  about: string;
  /** Tries that have failed. */
  attempts: number;
  /** On this process's own clock that is never set; null: at once. */
  dueAt: number | null;
  /** When it may go before that, as its endpoint takes messages again; null: it may not. */
  earlyAt: number | null;
}>;

/** In the order of the table's own column, not of what is given out for it: only that one is in an index. */
const pageOfOwed = (early: string): string => `
  select position::float8 as position, about, attempts,
         (extract(epoch from due_at - now()) * 1000)::float8 as due_ms, ${early} as early_ms
    from reconciler.sendings s
   where endpoint_id = $1 and state = 'waiting' and position > $2
   order by s.position limit $3`;
const PAGE_OF_OWED = { name: 'page-of-owed', text: pageOfOwed('null::float8') };
/** Of an endpoint that takes messages again. */
const PAGE_WITH_EARLY = {
  name: 'page-of-owed-early',
  text: pageOfOwed(earlyMs('(select rest_until from reconciler.endpoints where id = $1)')),
};

type PageRow = Readonly<{
  position: number;
  about: string;
  attempts: number;
  due_ms: number | null;
  early_ms: number | null;
}>;

/**
 * The next that wait, in the order of messages.
 *
 * @param which.after position of the last that was read
 * @param which.isRecovering whether it is asked what may go before its time
 * @throws whatever Postgres throws
 */
export const readOwedPage = async (
  pool: Pick<pg.Pool, 'query'>,
  {
    endpointId,
    after,
    most,
    isRecovering,
  }: Readonly<{ endpointId: number; after: number; most: number; isRecovering: boolean }>,
): Promise<readonly Owed[]> => {
  const { rows } = await pool.query<PageRow>({
    ...(isRecovering ? PAGE_WITH_EARLY : PAGE_OF_OWED),
    values: [endpointId, after, most],
  });
  const now = performance.now();
  const at = (ms: number | null): number | null => (ms === null ? null : now + ms);
  return rows.map(({ due_ms, early_ms, ...of }) => {
    // Before its time, and not after it.
    const early = early_ms === null ? null : Math.min(early_ms, due_ms ?? early_ms);
    return { ...of, dueAt: at(due_ms), earlyAt: at(early) };
  });
};
