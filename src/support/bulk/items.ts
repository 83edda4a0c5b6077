import { type SQL, sql } from '../../db/drizzle.ts';
import { bulkItems } from '../../db/schema-desk.ts';
import type { ItemState } from './words.ts';

/**
 * SQL, with `IN_THEIR_ORDER`: the first items of one state. "any", so that the state counts in the order: only the index
 * of states has that. By their positions alone all that are in other states would be gone through before them.
 */
export const isIn = (state: ItemState | SQL): SQL =>
  sql`${bulkItems.state} = any(array[${state}]::text[])`;

export const IN_THEIR_ORDER = sql`${bulkItems.state}, ${bulkItems.position}`;
