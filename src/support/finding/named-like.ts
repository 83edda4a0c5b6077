import { type SQL, sql } from '../../db/drizzle.ts';
import { reconciliations as r } from '../../db/schema.ts';

/**
 * Those whose metadata name a user whose id begins so, by an index (`reconciliations_claimed_prefix_idx`), whatever
 * the locale of the database.
 *
 * @param column what is told of each
 * @param limit no more of them than so
 */
export const namedLike = (pattern: string, column: SQL, limit: number): SQL => sql`
  select ${column} from ${r}
   where starts_with(${r.claimedUserId} collate "C", ${pattern}) and ${r.claimedUserId} is not null limit ${limit}`;
