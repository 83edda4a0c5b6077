import { eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { reconciliations } from '../db/schema.ts';
import { parseSubject, type Subject } from '../seam/subject.ts';
import { findSubjects } from './find.ts';
import { ASKED_AGAIN, type RequestLook } from './look.ts';

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

/** Asks for another look, now, at every subject that an id leads to; empty when there is none. */
export const retry = async (db: Db, request: RequestLook, id: string): Promise<RetryResult[]> => {
  const subjects = await findSubjects(db, id);
  const results: RetryResult[] = [];
  for (const subject of subjects) results.push(await retryOne(db, request, subject));
  return results;
};

const retryOne = async (db: Db, request: RequestLook, subject: Subject): Promise<RetryResult> => {
  if (parseSubject(subject).kind === 'delivery') {
    const why = 'the event names no webview and no account, so there is nothing to look at';
    return { subject, result: 'refused', why };
  }
  const [row] = await db
    .update(reconciliations)
    .set(ASKED_AGAIN)
    .where(eq(reconciliations.subject, subject))
    .returning({ generation: reconciliations.generation });
  if (row === undefined) return { subject, result: 'refused', why: 'it has been pruned' };
  return {
    subject,
    result: 'asked',
    from_generation: row.generation - 1,
    to_generation: row.generation,
    queued: await request(subject),
  };
};
