import type { Db } from '../db/client.ts';
import { desc, inArray } from '../db/drizzle.ts';
import { reconciliations } from '../db/schema.ts';
import { RECONCILIATION_STATES } from '../reconcile/outcome.ts';
import { type Summary, summaryOf, withAccount } from './summary.ts';

type Filter = { state?: string | undefined; reason?: string | undefined; limit: number };

/**
 * The latest of each state, by the index of states, and of these the latest: sorting all that there are
 * would take longer with every year.
 */
const latestSubjects = async (db: Db, { state, reason, limit }: Filter): Promise<string[]> => {
  const { rows } = await db.$client.query<{ subject: string }>({
    name: 'latest-subjects',
    text: `
      select latest.subject from unnest($1::text[]) as wanted(state) cross join lateral (
        select subject, updated_at from reconciler.reconciliations r
         where r.state = wanted.state and ($2::text is null or r.reason = $2)
         order by updated_at desc, subject limit $3
      ) as latest
       order by latest.updated_at desc, latest.subject limit $3`,
    values: [state === undefined ? RECONCILIATION_STATES : [state], reason ?? null, limit],
  });
  return rows.map(row => row.subject);
};

/** The reconciliations in a state and for a reason (where given), the latest first. */
export const listReconciliations = async (db: Db, filter: Filter): Promise<Summary[]> => {
  const subjects = await latestSubjects(db, filter);
  if (subjects.length === 0) return [];
  const rows = await withAccount(db)
    .where(inArray(reconciliations.subject, subjects))
    .orderBy(desc(reconciliations.updatedAt), reconciliations.subject);
  return rows.map(summaryOf);
};
