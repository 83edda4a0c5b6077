import { type ChangeRecord, changesOf } from '../../audit-log/read.ts';
import type { Db } from '../../db/client.ts';
import { and, desc, eq, inArray, isNull, or, union } from '../../db/drizzle.ts';
import { deliveries, expectedWebviews, links, reconciliations } from '../../db/schema.ts';
import { SUBJECT_KINDS, type Subject, subjectOf } from '../../model/subject.ts';
import { type DeliveryRecord, deliveriesOf, type RunRecord, runsOf } from './history.ts';
import { type Note, notesOf } from './notes.ts';
import { type Row, type Summary, summaryOf, withAccount } from './summary.ts';

/** A reconciliation with all that belongs to it: what `show --json` prints, in its words. */
export type Match = Summary &
  Readonly<{
    generation: number;
    observed_generation: number;
    /** When the next look is due; null when none is owed. */
    next_look_at: string | null;
    deliveries: readonly DeliveryRecord[];
    runs: readonly RunRecord[];
    /** What people wrote, and what they did, the newest first. */
    notes: readonly Note[];
    changes: readonly ChangeRecord[];
  }>;

const MOST_MATCHES = 50;
/** More than any user or account has; a bound all the same. */
const MOST_SUBJECTS = 10_000;
const MOST_DELIVERIES = 100;
const MOST_RUNS = 50;
const MOST_NOTES = 50;
const MOST_CHANGES = 50;

/** The subjects that an id leads to: of a webview, account, user, event, or a subject itself. */
export const findSubjects = async (
  db: Db,
  id: string,
  limit = MOST_SUBJECTS,
): Promise<Subject[]> => {
  const subject = { subject: reconciliations.subject };
  const asSubject: string[] = [id, ...SUBJECT_KINDS.map(kind => subjectOf(kind, id))];
  const found = await union(
    db
      .select(subject)
      .from(reconciliations)
      .where(
        or(
          inArray(reconciliations.subject, asSubject),
          eq(reconciliations.connectWebviewId, id),
          eq(reconciliations.connectedAccountId, id),
          eq(reconciliations.claimedUserId, id),
        ),
      ),
    db
      .select(subject)
      .from(links)
      .innerJoin(reconciliations, eq(reconciliations.connectedAccountId, links.connectedAccountId))
      .where(and(eq(links.userId, id), isNull(links.unlinkedAt))),
    db
      .select(subject)
      .from(expectedWebviews)
      .innerJoin(
        reconciliations,
        eq(reconciliations.connectWebviewId, expectedWebviews.connectWebviewId),
      )
      .where(eq(expectedWebviews.userId, id)),
    db.select({ subject: deliveries.subject }).from(deliveries).where(eq(deliveries.eventId, id)),
  ).limit(limit);
  return found.map(row => row.subject as Subject);
};

/** Everything about the subjects that an id leads to, the latest first; empty when there is none. */
export const findMatches = async (db: Db, id: string): Promise<Match[]> => {
  const subjects = await findSubjects(db, id, MOST_MATCHES);
  if (subjects.length === 0) return [];
  const rows = await withAccount(db)
    .where(inArray(reconciliations.subject, subjects))
    .orderBy(desc(reconciliations.updatedAt));
  return Promise.all(rows.map(row => toMatch(db, row)));
};

const toMatch = async (db: Db, row: Row): Promise<Match> => {
  const { own } = row;
  return {
    ...summaryOf(row),
    generation: own.generation,
    observed_generation: own.observedGeneration,
    next_look_at: own.observedGeneration < own.generation ? own.dueAt.toISOString() : null,
    deliveries: await deliveriesOf(db, own.subject, { limit: MOST_DELIVERIES }),
    runs: await runsOf(db, own.subject, { limit: MOST_RUNS }),
    notes: await notesOf(db, own.subject, { limit: MOST_NOTES }),
    changes: await changesOf(db, [own.subject], MOST_CHANGES),
  };
};
