import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { DoneBeforeError } from '../../access/errors.ts';
import { LARGE_BULK_RUN } from '../../access/permissions.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, type Db, inTransaction } from '../../db/client.ts';
import { and, desc, drizzle, eq, isNotNull } from '../../db/drizzle.ts';
import { deliveries, reconciliations } from '../../db/schema.ts';
import { parseSubject, type Subject } from '../../model/subject.ts';
import { ASKED_AGAIN } from '../look.ts';
import { findSubjects } from './find.ts';

/** What a retry did to one subject. */
export type RetryResult =
  | Readonly<{
      subject: Subject;
      result: 'asked';
      /** The generation that was raised, and to what: a retry is never a silent no-op. */
      from_generation: number;
      to_generation: number;
      /** False: the queue is out of reach, and the sweep will see to it. */
      queued: boolean;
    }>
  | Readonly<{ subject: Subject; result: 'refused'; why: string }>;

/** The queues of the workspaces that are configured. */
export type LookQueues = Readonly<{
  /** Their ids; null: one queue for whatever comes. */
  servedIds: readonly string[] | null;
  /** Puts a subject into its queue, for now. @returns false when the queue is out of reach */
  request: (subject: Subject, workspaceId: string | null) => Promise<boolean>;
}>;

type Retrier = Readonly<{ db: Db; pool: pg.Pool; queues: LookQueues }>;

/**
 * Asks for another look, now, at every subject that an id leads to; empty when there is none.
 *
 * @throws SupportError `not_allowed` (more than LARGE_BULK_RUN take more), or DoneBeforeError when this very
 *   request asked for all of it before
 */
export const retry = async (retrier: Retrier, actor: Actor, id: string): Promise<RetryResult[]> => {
  insistOn(actor, 'retry');
  const subjects = await findSubjects(retrier.db, id);
  // So many are a large bulk run, by whatever name they are called.
  if (subjects.length > LARGE_BULK_RUN) insistOn(actor, 'start_large_bulk_run');
  const results: RetryResult[] = [];
  let doneBefore: DoneBeforeError | null = null;
  for (const subject of subjects) {
    try {
      results.push(await retryOne(retrier, actor, subject));
    } catch (error) {
      // Each has a transaction of its own: a request that was cut off half way goes on with the rest.
      if (!(error instanceof DoneBeforeError)) throw error;
      doneBefore = error;
      results.push({ subject, result: 'refused', why: 'this very request asked for it before' });
    }
  }
  if (doneBefore !== null && results.every(({ result }) => result === 'refused')) throw doneBefore;
  return results;
};

const retryOne = async (
  { pool, queues }: Retrier,
  actor: Actor,
  subject: Subject,
): Promise<RetryResult> => {
  const asked = await inTransaction(pool, client =>
    askAgain(client, queues.servedIds, subject, async (before, after) => {
      await recordChange(client, actor, { action: 'retry', target: subject, before, after });
    }),
  );
  if (asked.kind === 'refused') return { subject, result: 'refused', why: asked.why };
  return {
    subject,
    result: 'asked',
    from_generation: asked.generation - 1,
    to_generation: asked.generation,
    queued: await queues.request(subject, asked.workspaceId),
  };
};

/** What became of asking; `workspaceId` says into whose queue it goes once this is committed. */
export type Asked =
  | Readonly<{ kind: 'asked'; generation: number; workspaceId: string | null }>
  | Readonly<{ kind: 'refused'; why: string }>;

type Standing = Readonly<{ state: string; reason: string | null; generation: number }>;

/**
 * Raises what is owed of one subject, within a transaction. It is for the caller to put it into the queue
 * after the commit: should that fail, the sweep does.
 *
 * @param onAsked how it stood before, and stands after
 */
export const askAgain = async (
  client: Client,
  servedIds: LookQueues['servedIds'],
  subject: Subject,
  onAsked: (before: Standing, after: Standing) => Promise<void>,
): Promise<Asked> => {
  if (parseSubject(subject).kind === 'delivery') {
    const why = 'the event names no webview and no account, so there is nothing to look at';
    return { kind: 'refused', why };
  }
  const tx = drizzle(client);
  const [before] = await tx
    .select({
      state: reconciliations.state,
      reason: reconciliations.reason,
      generation: reconciliations.generation,
    })
    .from(reconciliations)
    .where(eq(reconciliations.subject, subject))
    .for('update');
  if (before === undefined) return { kind: 'refused', why: 'it has been pruned' };
  const workspaceId = await workspaceOf(tx, subject);
  if (servedIds !== null && (workspaceId === null || !servedIds.includes(workspaceId))) {
    const which = workspaceId ?? 'of which no event named one';
    const why = `its Seam workspace (${which}) isn't configured here; it goes on by itself once it is`;
    return { kind: 'refused', why };
  }
  const [after = before] = await tx
    .update(reconciliations)
    .set({ ...ASKED_AGAIN, workspaceId })
    .where(eq(reconciliations.subject, subject))
    .returning({
      state: reconciliations.state,
      reason: reconciliations.reason,
      generation: reconciliations.generation,
    });
  await onAsked(before, after);
  return { kind: 'asked', generation: after.generation, workspaceId };
};

/** The workspace of the first subject that an id leads to; null where none is known. */
export const workspaceOfId = async (db: Db, id: string): Promise<string | null> => {
  const [subject] = await findSubjects(db, id, 1);
  return subject === undefined ? null : workspaceOf(db, subject);
};

/** As it is written down, or else as the subject's latest delivery that names one has it. */
const workspaceOf = async (db: Pick<Db, 'select'>, subject: Subject): Promise<string | null> => {
  const [own] = await db
    .select({ workspaceId: reconciliations.workspaceId })
    .from(reconciliations)
    .where(eq(reconciliations.subject, subject));
  if (own !== undefined && own.workspaceId !== null) return own.workspaceId;
  const [latest] = await db
    .select({ workspaceId: deliveries.workspaceId })
    .from(deliveries)
    .where(and(eq(deliveries.subject, subject), isNotNull(deliveries.workspaceId)))
    .orderBy(desc(deliveries.receivedAt))
    .limit(1);
  return latest?.workspaceId ?? null;
};
