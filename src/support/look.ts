import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../db/client.ts';
import { and, eq, lt, or, sql } from '../db/drizzle.ts';
import { reconciliations } from '../db/schema.ts';
import { SWEEP_GRACE_SECONDS } from '../db/timing.ts';
import { type Subject, subjectOf } from '../model/subject.ts';

/** Puts a subject into the queue, for now. @returns false when the queue is out of reach */
export type RequestLook = (subject: Subject) => Promise<boolean>;

/** What asking for another look changes of a reconciliation. */
export const ASKED_AGAIN = {
  // Also where a job that was there before takes this look: its run says who asked.
  requestedBy: 'person',
  generation: sql`${reconciliations.generation} + 1`,
  state: 'pending',
  reason: null,
  attempts: 0,
  unavailableSince: null,
  dueAt: sql`now()`,
  sweepAt: sql`now() + ${SWEEP_GRACE_SECONDS} * interval '1 s'`,
  updatedAt: sql`now()`,
} as const;

/** A look that was asked for: over once the reconciliation has observed this generation. */
export type AskedLook = Readonly<{ subject: Subject; generation: number }>;

const MOST_WEBVIEWS = 100;

/**
 * Asks for a look, now, at an account and at each webview that led to it: what was wrong with the account
 * is told there, too. An account that never had a look of its own gets one.
 */
export const askForLooksAt = async (
  db: Db,
  request: RequestLook,
  accountId: string,
  workspaceId: string | null,
): Promise<AskedLook[]> => {
  const own = subjectOf('connected_account', accountId);
  const others = await db
    .select({ subject: reconciliations.subject })
    .from(reconciliations)
    .where(eq(reconciliations.connectedAccountId, accountId))
    .orderBy(sql`${reconciliations.updatedAt} desc`)
    .limit(MOST_WEBVIEWS);
  const subjects = new Set([own, ...others.map(row => row.subject as Subject)]);
  const asked: AskedLook[] = [];
  for (const subject of subjects) {
    const [row] = await db
      .insert(reconciliations)
      .values({
        subject,
        workspaceId,
        generation: 1,
        state: 'pending',
        connectedAccountId: accountId,
      })
      .onConflictDoUpdate({
        target: reconciliations.subject,
        set: {
          ...ASKED_AGAIN,
          workspaceId: sql`coalesce(${reconciliations.workspaceId}, ${workspaceId}::text)`,
        },
      })
      .returning({ generation: reconciliations.generation });
    if (row === undefined) throw new Error(`${subject} could not be asked for`);
    asked.push({ subject, generation: row.generation });
    await request(subject);
  }
  return asked;
};

const POLL_MS = 100;

/**
 * Waits until looks that were asked for are over.
 *
 * @returns those that are still owed when the time is up; none: all is done
 */
export const untilLookedAt = async (
  db: Db,
  asked: readonly AskedLook[],
  limitMs: number,
): Promise<Subject[]> => {
  if (asked.length === 0) return [];
  const deadline = performance.now() + limitMs;
  const isOwed = or(
    ...asked.map(({ subject, generation }) =>
      and(eq(reconciliations.subject, subject), lt(reconciliations.observedGeneration, generation)),
    ),
  );
  for (;;) {
    const owed = await db
      .select({ subject: reconciliations.subject })
      .from(reconciliations)
      .where(isOwed);
    if (owed.length === 0 || performance.now() >= deadline) {
      return owed.map(row => row.subject as Subject);
    }
    await sleep(POLL_MS);
  }
};
