import type pg from 'pg';
import type { Actor } from '../access/actor.ts';
import { beginExport } from '../audit-log/security-rows.ts';

/**
 * Writes down that somebody takes rows away in a form for programs (`--json`, `--plain`), before they are printed: it
 * is an export, as a download in the console is. A table is for whoever sits there, as a page is.
 *
 * @param filter as it stands in an address
 */
export const tellExport = async (
  pool: pg.Pool,
  actor: Actor,
  what: Parameters<typeof beginExport>[2],
  filter: URLSearchParams,
  rows: number,
): Promise<void> => {
  await using told = await beginExport(pool, actor, what, filter);
  told.add(rows);
  told.complete();
};
