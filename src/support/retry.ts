import type { Db } from '../db/client.ts';
import { and, desc, eq, isNotNull } from '../db/drizzle.ts';
import { deliveries, reconciliations } from '../db/schema.ts';
import { parseSubject, type Subject } from '../seam/subject.ts';
import { findSubjects } from './find.ts';
import { ASKED_AGAIN } from './look.ts';

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

/** Asks for another look, now, at every subject that an id leads to; empty when there is none. */
export const retry = async (db: Db, queues: LookQueues, id: string): Promise<RetryResult[]> => {
  const subjects = await findSubjects(db, id);
  const results: RetryResult[] = [];
  for (const subject of subjects) results.push(await retryOne(db, queues, subject));
  return results;
};

const retryOne = async (db: Db, queues: LookQueues, subject: Subject): Promise<RetryResult> => {
  if (parseSubject(subject).kind === 'delivery') {
    const why = 'the event names no webview and no account, so there is nothing to look at';
    return { subject, result: 'refused', why };
  }
  const { servedIds } = queues;
  const workspaceId = await workspaceOf(db, subject);
  if (servedIds !== null && (workspaceId === null || !servedIds.includes(workspaceId))) {
    const which = workspaceId ?? 'of which no event named one';
    const why = `its Seam workspace (${which}) isn't configured here; it goes on by itself once it is`;
    return { subject, result: 'refused', why };
  }
  const [row] = await db
    .update(reconciliations)
    .set({ ...ASKED_AGAIN, workspaceId })
    .where(eq(reconciliations.subject, subject))
    .returning({ generation: reconciliations.generation });
  if (row === undefined) return { subject, result: 'refused', why: 'it has been pruned' };
  return {
    subject,
    result: 'asked',
    from_generation: row.generation - 1,
    to_generation: row.generation,
    queued: await queues.request(subject, workspaceId),
  };
};

/** The workspace of the first subject that an id leads to; null where none is known. */
export const workspaceOfId = async (db: Db, id: string): Promise<string | null> => {
  const [subject] = await findSubjects(db, id, 1);
  return subject === undefined ? null : workspaceOf(db, subject);
};

/** As it is written down, or else as the subject's latest delivery that names one has it. */
const workspaceOf = async (db: Db, subject: Subject): Promise<string | null> => {
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
