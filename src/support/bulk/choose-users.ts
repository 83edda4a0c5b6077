import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { inTransaction } from '../../db/client.ts';
import { drizzle, eq, sql } from '../../db/drizzle.ts';
import { bulkRuns } from '../../db/schema-desk.ts';
import type { BulkGiven } from '../../model/bulk.ts';
import type { Desk } from '../desk.ts';
import { fromStored } from '../finding/stored-filter.ts';
import { cleanGiven, cleanWhy, givenTold, saysToWhom } from './actions.ts';
import { fill } from './fill.ts';
import { parseSelection } from './selection.ts';
import { bulkRunTarget, lock } from './start.ts';
import { oneUser } from './users.ts';

/**
 * Answers the preview of a run that links with to whom: what matches now is written down anew, with the user of each.
 *
 * @throws SupportError `not_allowed`, `not_found`, `invalid`; `conflict` when it was started before, `refused` as plan does
 */
export const chooseUsers = async (
  desk: Pick<Desk, 'pool' | 'queues' | 'users' | 'profiles'>,
  actor: Actor,
  id: number,
  { given: asked, why }: Readonly<{ given: BulkGiven; why?: string | undefined }>,
): Promise<void> => {
  insistOn(actor, 'plan_bulk_run');
  insistOn(actor, 'link');
  const given = await oneUser(desk, cleanGiven(asked));
  if (!saysToWhom(given)) throw invalid({ user_id: 'Choose which user each is to be linked to.' });
  await inTransaction(desk.pool, async client => {
    const run = await lock(client, id);
    await recordChange(client, actor, {
      action: 'plan_bulk_run',
      target: bulkRunTarget(id),
      after: { bulk_run: id, action: 'link', ...givenTold(given) },
      bulkRunId: id,
    });
    if (run.action !== 'link' || run.state !== 'planned' || run.askedAt !== null) {
      throw new SupportError(
        'conflict',
        `The preview of bulk run ${id} can’t be changed any more.`,
      );
    }
    const reason = cleanWhy('link', why) ?? run.why;
    await client.query('delete from reconciler.bulk_items where bulk_run_id = $1', [id]);
    await drizzle(client)
      .update(bulkRuns)
      .set({ given, why: reason, plannedAt: sql`now()` })
      .where(eq(bulkRuns.id, id));
    const selection = parseSelection(fromStored(run.query));
    await fill(client, desk, { id, action: 'link', given }, selection);
  });
};
