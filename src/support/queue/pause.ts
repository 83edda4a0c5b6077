import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { type Viewer, wordsFor } from '../../access/mask.ts';
import { recordChange } from '../../audit-log/record.ts';
import type { Config } from '../../config/config.ts';
import { isOneOf } from '../../config/workspaces.ts';
import { type Client, type Db, inTransaction } from '../../db/client.ts';
import { drizzle, sql } from '../../db/drizzle.ts';
import { pauses } from '../../db/schema-desk.ts';
import { type Pause, readPauses, toPause } from '../../reconcile/pauses.ts';

type Pauser = Readonly<{ pool: pg.Pool; config: Pick<Config, 'workspaces'> }>;

/** A pause as this person may read of it. */
export const pauseFor = (viewer: Viewer, pause: Pause): Pause => ({
  ...pause,
  why: wordsFor(viewer, pause.why),
});

const LONGEST_WHY = 500;

/**
 * Pauses the queue of one workspace, or (null) of all. Every worker sees it within about a second; what it
 * has in hand it finishes. Webhooks are stored and answered as ever.
 *
 * @throws SupportError `not_allowed`; `invalid` without a reason or for a workspace that isn't configured;
 *   `conflict` where it is paused already
 */
export const pauseQueue = async (
  { pool, config }: Pauser,
  actor: Actor,
  wanted: { workspaceId: string | null; why: string },
): Promise<Pause> => {
  insistOn(actor, 'pause_queue');
  const why = wanted.why.toWellFormed().replaceAll('\0', ' ').trim();
  const { workspaceId } = wanted;
  insistOnGood(config, workspaceId, why);
  return inTransaction(pool, async client => {
    // First of all: of a request that comes twice, the second ends here.
    await recordChange(client, actor, {
      action: 'pause_queue',
      target: targetOf(workspaceId),
      before: { paused: false },
      after: { paused: true },
      why,
    });
    const [row] = await drizzle(client)
      .insert(pauses)
      .values({ workspaceId, why, by: actor.name })
      .onConflictDoNothing()
      .returning();
    if (row === undefined) throw pausedAlready(await findPause(client, workspaceId));
    return toPause(row);
  });
};

/**
 * Ends the pause of one workspace, or (null) the one of all of them.
 *
 * @returns the pause that has ended
 * @throws SupportError `not_allowed`, or `conflict` where there is no such pause
 */
export const resumeQueue = async (
  { pool }: Pick<Pauser, 'pool'>,
  actor: Actor,
  { workspaceId }: { workspaceId: string | null },
): Promise<Pause> => {
  insistOn(actor, 'resume_queue');
  return inTransaction(pool, async client => {
    const [row] = await drizzle(client)
      .delete(pauses)
      .where(sql`${pauses.workspaceId} is not distinct from ${workspaceId}`)
      .returning();
    const { by, why, since } = row ?? {};
    await recordChange(client, actor, {
      action: 'resume_queue',
      target: targetOf(workspaceId),
      before: { paused: row !== undefined, by, why, since: since?.toISOString() },
      after: { paused: false },
    });
    // Which takes the audit row back, too.
    if (row === undefined) throw notPaused(workspaceId);
    return toPause(row);
  });
};

const targetOf = (workspaceId: string | null): string =>
  workspaceId === null ? 'queue' : `queue:${workspaceId}`;

const insistOnGood = (
  { workspaces }: Pauser['config'],
  workspaceId: string | null,
  why: string,
): void => {
  const faults: Record<string, string> = {};
  if (why === '') faults.why = 'Say why: whoever finds the queue paused will want to know.';
  if (why.length > LONGEST_WHY) faults.why = `Say why in at most ${LONGEST_WHY} characters.`;
  if (workspaceId !== null && !isOneOf(workspaces, workspaceId)) {
    faults.workspace_id = `The Seam workspace ${workspaceId} isn't configured here.`;
  }
  if (Object.keys(faults).length > 0) throw invalid(faults);
};

const findPause = async (client: Client, workspaceId: string | null): Promise<Pause | undefined> =>
  (await readPauses(drizzle(client) as Pick<Db, 'select'>)).find(
    pause => pause.workspace_id === workspaceId,
  );

const pausedAlready = (pause: Pause | undefined): SupportError => {
  const who = pause === undefined ? '' : `, by ${pause.by} since ${pause.since}: ${pause.why}`;
  return new SupportError('conflict', `It is already paused${who}`);
};

const notPaused = (workspaceId: string | null): SupportError => {
  const which = workspaceId === null ? 'The queue as a whole' : workspaceId;
  return new SupportError('conflict', `${which} isn't paused, so there is nothing to resume.`);
};
