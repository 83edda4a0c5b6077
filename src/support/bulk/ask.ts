import { type Actor, insistOn, may } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { LARGE_BULK_RUN } from '../../access/permissions.ts';
import { type Client, inTransaction } from '../../db/client.ts';
import { drizzle, eq, sql } from '../../db/drizzle.ts';
import { bulkItems, bulkRuns } from '../../db/schema-desk.ts';
import type { BulkGiven } from '../../model/bulk.ts';
import type { Desk } from '../desk.ts';
import { cleanWhy, lackingOf, PERMISSION_OF } from './actions.ts';
import {
  insistOnColleague,
  insistOnSeen,
  isPreviewTooOld,
  lock,
  orderOf,
  record,
} from './start.ts';

/* A previewed run that is too large for the role of whoever previewed it waits for somebody who may start it. */

type Row = Awaited<ReturnType<typeof lock>>;

/**
 * Asks those on call to start what was previewed. It waits for them as it is: what changes meanwhile is skipped.
 *
 * @param given as `start` takes it
 * @throws SupportError `not_allowed`, `not_found`, `invalid` where it lacks something; `conflict` when it was asked for or
 *   started before, `refused` when its preview is too old, or whoever asks may start it themselves
 */
export const askToStart = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  id: number,
  why?: string,
  given: BulkGiven = {},
  seen?: string,
): Promise<void> => {
  insistOn(actor, 'start_bulk_run');
  await inTransaction(pool, async client => {
    const run = await lock(client, id);
    insistOn(actor, PERMISSION_OF[run.action] ?? 'start_bulk_run');
    const order = orderOf(run, given);
    const reason = cleanWhy(run.action, why) ?? run.why;
    await record(client, actor, 'ask_bulk_run', run, { total: run.total, action: run.action }, why);
    insistOnAsking(run, actor);
    insistOnSeen(run, seen);
    const faults = lackingOf(order, reason);
    if (Object.keys(faults).length > 0) throw invalid(faults);
    await insistOnColleague(client, actor, order);
    if (await isPreviewTooOld(client, id)) {
      throw new SupportError('refused', `The preview of bulk run ${id} is too old. Plan it again.`);
    }
    await drizzle(client)
      .update(bulkRuns)
      .set({ askedBy: actor.name, askedAt: sql`now()`, why: reason, given: order.given })
      .where(eq(bulkRuns.id, id));
  });
};

const insistOnAsking = ({ id, state, askedBy, total }: Row, actor: Actor): void => {
  if (state !== 'planned') {
    throw new SupportError('conflict', `Bulk run ${id} was already started, or declined.`);
  }
  if (askedBy !== null) {
    throw new SupportError('conflict', `${askedBy} has already asked for bulk run ${id}.`);
  }
  if (total <= LARGE_BULK_RUN || may(actor, 'start_large_bulk_run')) {
    throw new SupportError('refused', 'You may start this run yourself: nobody needs to be asked.');
  }
};

/**
 * Declines to start what somebody asked for; whoever asked takes it back the same way.
 *
 * @throws SupportError `not_allowed`, `not_found`, `invalid` (`decline_why`), `conflict` when nobody asks for it (any more)
 */
export const decline = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  id: number,
  why: string,
): Promise<void> => {
  insistOn(actor, 'stop_bulk_run');
  const reason = why.trim();
  if (reason === '') throw invalid({ decline_why: 'Say why: whoever asked will want to know.' });
  await inTransaction(pool, async client => {
    const run = await lock(client, id);
    await record(client, actor, 'stop_bulk_run', run, { state: 'stopped' }, reason);
    if (run.state !== 'planned' || run.askedAt === null) {
      throw new SupportError(
        'conflict',
        `Nobody asks for bulk run ${id} to be started (any more).`,
      );
    }
    const did = run.askedBy === actor.name ? 'withdrew' : 'declined';
    await endUnstarted(client, id, `${actor.name} ${did} it: ${reason}`);
  });
};

/** It holds no more than a preview may, so all of it at once. */
const endUnstarted = async (client: Client, id: number, because: string): Promise<void> => {
  await drizzle(client)
    .update(bulkItems)
    .set({ state: 'skipped', why: 'it was not started', changedAt: sql`now()` })
    .where(eq(bulkItems.bulkRunId, id));
  await drizzle(client)
    .update(bulkRuns)
    .set({ state: 'stopped', stoppedBecause: because, finishedAt: sql`now()` })
    .where(eq(bulkRuns.id, id));
};
