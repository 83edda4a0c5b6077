import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { LARGE_BULK_RUN } from '../../access/permissions.ts';
import { type ChangeName, recordChange } from '../../audit-log/record.ts';
import { type Client, inTransaction } from '../../db/client.ts';
import { drizzle, eq, sql } from '../../db/drizzle.ts';
import { bulkItems, bulkRuns } from '../../db/schema-desk.ts';
import type { BulkGiven } from '../../model/bulk.ts';
import type { Desk } from '../desk.ts';
import { colleagueMeant } from '../shifts/people.ts';
import { type BulkOrder, cleanGiven, cleanWhy, lackingOf, PERMISSION_OF } from './actions.ts';
import { IN_THEIR_ORDER, isIn } from './items.ts';
import { PREVIEW_MINUTES } from './limits.ts';
import { BULK_STATE_WORDS } from './words.ts';

type Row = typeof bulkRuns.$inferSelect;

/** @throws SupportError `not_found` */
export const noSuchBulkRun = (id: number | string): SupportError =>
  new SupportError('not_found', `There is no bulk run ${id}.`);

/**
 * Starts what was planned, as it was previewed.
 *
 * @param given what the preview was answered with, beside what was planned: a note, an operator
 * @param seen `planned_at` of the preview that whoever starts it has seen: one that was changed since isn't started
 * @throws SupportError `invalid` where it lacks something, `not_allowed` (a large one takes more), `not_found`, `conflict` when it was started
 *   before, `refused` when its preview is too old
 */
export const start = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  id: number,
  why?: string,
  given: BulkGiven = {},
  seen?: string,
): Promise<void> => {
  insistOn(actor, 'start_bulk_run');
  await inTransaction(pool, client => startWithin(client, actor, id, why, given, seen));
};

/** The same within a transaction, for whoever may start one. */
export const startWithin = async (
  client: Client,
  actor: Actor,
  id: number,
  why?: string,
  given: BulkGiven = {},
  seen?: string,
): Promise<void> => {
  const run = await lock(client, id);
  const { total, action } = run;
  if (total > LARGE_BULK_RUN) insistOn(actor, 'start_large_bulk_run');
  insistOn(actor, PERMISSION_OF[action] ?? 'start_bulk_run');
  const order = orderOf(run, given);
  const reason = cleanWhy(action, why) ?? run.why;
  await record(client, actor, 'start_bulk_run', run, { state: 'running', total, action }, why);
  if (run.state !== 'planned') {
    const became =
      run.startedBy === null
        ? `won’t be started: ${run.stoppedBecause}`
        : `was already started by ${run.startedBy}`;
    throw new SupportError('conflict', `Bulk run ${id} ${became}.`);
  }
  insistOnSeen(run, seen);
  const faults = lackingOf(order, reason);
  if (Object.keys(faults).length > 0) throw invalid(faults);
  await insistOnColleague(client, actor, order);
  if (await isPreviewTooOld(client, id)) {
    const message = `The preview of bulk run ${id} is older than ${PREVIEW_MINUTES} minutes, so it may be out of date. Plan it again.`;
    throw new SupportError('refused', message);
  }
  await drizzle(client)
    .update(bulkRuns)
    .set({
      state: 'running',
      startedBy: actor.name,
      startedAt: sql`now()`,
      why: reason,
      given: order.given,
    })
    .where(eq(bulkRuns.id, id));
};

/** @throws SupportError `invalid` (planned_at) where somebody has changed the preview since it was seen */
export const insistOnSeen = ({ plannedAt }: Pick<Row, 'plannedAt'>, seen?: string): void => {
  if (seen === undefined || new Date(seen).getTime() === plannedAt.getTime()) return;
  throw invalid({
    planned_at:
      'Someone has changed this preview since you opened it, so nothing was started. Check what it does now, then start it.',
  });
};

/** @throws SupportError `invalid` (to) where it is to be assigned to somebody who can't have a case */
export const insistOnColleague = async (
  client: Client,
  actor: Actor,
  { action, given: { operatorId } }: BulkOrder,
): Promise<void> => {
  if (action !== 'assign' || operatorId === undefined) return;
  await colleagueMeant(client, actor, operatorId ?? 'nobody');
};

/**
 * What is done, with what the preview was answered with. To whom each is linked was chosen before: the preview shows it.
 *
 * @throws SupportError `invalid` for a note that can't be one
 */
export const orderOf = (
  { action, given: planned }: Pick<Row, 'action' | 'given'>,
  { text, operatorId }: BulkGiven,
): BulkOrder => ({
  action,
  given: {
    ...planned,
    ...(action === 'note' && text !== undefined ? cleanGiven({ text }) : {}),
    ...(action === 'assign' && operatorId !== undefined ? { operatorId } : {}),
  },
});

/**
 * Whether too much may have changed since it was planned; by the clock that says when that was. One that somebody else
 * was asked to start waits for them: what changes meanwhile is skipped.
 */
export const isPreviewTooOld = async (on: Pick<Client, 'query'>, id: number): Promise<boolean> => {
  const { rows } = await on.query<{ is_old: boolean }>(
    `select asked_at is null and planned_at < now() - $2 * interval '1 min' as is_old
       from reconciler.bulk_runs where id = $1`,
    [id, PREVIEW_MINUTES],
  );
  return rows[0]?.is_old ?? true;
};

/**
 * Stops a run: what waits is skipped; what is being looked at is looked at to its end.
 *
 * @throws SupportError `not_allowed`, `not_found`, `conflict` when it doesn't run
 */
export const stop = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  id: number,
  why?: string,
): Promise<void> => {
  insistOn(actor, 'stop_bulk_run');
  await inTransaction(pool, async client => {
    const run = await lock(client, id);
    await record(client, actor, 'stop_bulk_run', run, { state: 'stopped' }, why);
    if (run.state !== 'running') {
      const { label } = BULK_STATE_WORDS[run.state];
      throw new SupportError('conflict', `Bulk run ${id} isn’t running: ${label.toLowerCase()}.`);
    }
    await endEarly(client, id, 'stopped', `stopped by ${actor.name}`);
  });
};

/** So many that wait are skipped at a time; a run may have tens of thousands. */
const SKIPPED_AT_A_TIME = 5_000;

/** Skips the next of what waits in a run that was ended before its end. */
export const skipSome = async (
  client: Client,
  id: number,
  state: 'stopped' | 'stopped_itself',
  because: string | null,
): Promise<void> => {
  const why = state === 'stopped' ? because : 'the run had stopped automatically';
  await drizzle(client).execute(sql`
    update ${bulkItems} set state = 'skipped', why = ${why}, changed_at = now()
     where bulk_run_id = ${id} and position = any (array(
       select position from ${bulkItems} where bulk_run_id = ${id} and ${isIn('waiting')}
        order by ${IN_THEIR_ORDER} limit ${SKIPPED_AT_A_TIME}))`);
};

/**
 * Ends a run before its end: from now on nothing more is handed out, and what waits is skipped, the rest of many by
 * whoever drives it. It is finished once what is being looked at is in, too.
 */
export const endEarly = async (
  client: Client,
  id: number,
  state: 'stopped' | 'stopped_itself',
  because: string,
): Promise<void> => {
  await skipSome(client, id, state, because);
  await drizzle(client)
    .update(bulkRuns)
    .set({ state, stoppedBecause: because })
    .where(eq(bulkRuns.id, id));
  await finishIfAllAreIn(client, id);
};

/** @returns whether it is finished now */
export const finishIfAllAreIn = async (client: Client, id: number): Promise<boolean> => {
  const { rowCount } = await drizzle(client).execute(sql`
    update ${bulkRuns}
       set finished_at = now(), state = case when state = 'running' then 'done' else state end
     where id = ${id} and finished_at is null
       and not exists (select 1 from ${bulkItems}
                        where bulk_run_id = ${id} and ${bulkItems.state} in ('waiting', 'asked'))`);
  return (rowCount ?? 0) > 0;
};

export const lock = async (client: Client, id: number): Promise<Row> => {
  const [run] = await drizzle(client)
    .select()
    .from(bulkRuns)
    .where(eq(bulkRuns.id, id))
    .for('update');
  if (run === undefined) throw noSuchBulkRun(id);
  return run;
};

/** First of all: of a second click it is told that the first one did it, not that it can't be done. */
export const record = async (
  client: Client,
  actor: Actor,
  action: ChangeName,
  { id, state }: Row,
  after: Record<string, unknown>,
  why: string | undefined,
): Promise<void> => {
  await recordChange(client, actor, {
    action,
    target: bulkRunTarget(id),
    before: { state },
    after,
    why: why?.trim() || undefined,
    bulkRunId: id,
  });
};

/** How the audit log names it. */
export const bulkRunTarget = (id: number): string => `bulk_run:${id}`;
