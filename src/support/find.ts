import type { Db } from '../db/client.ts';
import { and, desc, eq, inArray, isNull, or, union } from '../db/drizzle.ts';
import { deliveries, expectedWebviews, links, reconciliations, runs } from '../db/schema.ts';
import { SUBJECT_KINDS, type Subject, subjectOf } from '../seam/subject.ts';
import { type Row, type Summary, summaryOf, withAccount } from './summary.ts';

/** A reconciliation with all that belongs to it: what `show --json` prints, in its words. */
export type Match = Summary &
  Readonly<{
    generation: number;
    observed_generation: number;
    /** When the next look is due; null when none is owed. */
    next_look_at: string | null;
    deliveries: readonly {
      event_id: string;
      event_type: string;
      received_at: string;
      source: 'webhook' | 'backfill';
    }[];
    runs: readonly {
      id: number;
      trigger: string;
      outcome: string | null;
      reason: string | null;
      detail: string | null;
      seam_request_id: string | null;
      started_at: string;
      finished_at: string | null;
    }[];
  }>;

const MOST_MATCHES = 50;
/** More than any user or account has; a bound all the same. */
const MOST_SUBJECTS = 10_000;
const MOST_DELIVERIES = 100;
const MOST_RUNS = 50;

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
    deliveries: await deliveriesOf(db, own.subject),
    runs: await runsOf(db, own.subject),
  };
};

const deliveriesOf = async (db: Db, subject: string): Promise<Match['deliveries']> => {
  const rows = await db
    .select({
      event_id: deliveries.eventId,
      event_type: deliveries.eventType,
      received_at: deliveries.receivedAt,
      source: deliveries.source,
    })
    .from(deliveries)
    .where(eq(deliveries.subject, subject))
    .orderBy(desc(deliveries.receivedAt))
    .limit(MOST_DELIVERIES);
  return rows.map(row => ({ ...row, received_at: row.received_at.toISOString() }));
};

const runsOf = async (db: Db, subject: string): Promise<Match['runs']> => {
  const rows = await db
    .select({
      id: runs.id,
      trigger: runs.trigger,
      outcome: runs.outcome,
      reason: runs.reason,
      detail: runs.detail,
      seam_request_id: runs.seamRequestId,
      started_at: runs.startedAt,
      finished_at: runs.finishedAt,
    })
    .from(runs)
    .where(eq(runs.subject, subject))
    .orderBy(desc(runs.id))
    .limit(MOST_RUNS);
  return rows.map(row => ({
    ...row,
    started_at: row.started_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  }));
};
