import { type SQL, sql } from '../../db/drizzle.ts';
import { reconciliations as r } from '../../db/schema.ts';

/**
 * Subjects whose metadata name a user whose id begins so, by an index (`reconciliations_claimed_prefix_idx`), whatever
 * the locale of the database.
 *
 * @param limit no more of them than so
 */
export const namedLike = (pattern: string, limit: number): SQL => sql`
  select ${r.subject} from ${r}
   where starts_with(${r.claimedUserId} collate "C", ${pattern}) and ${r.claimedUserId} is not null limit ${limit}`;
