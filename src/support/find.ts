import { and, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import type { Db } from '../db/client.ts';
import {
  connectedAccounts,
  deliveries,
  expectedWebviews,
  links,
  reconciliations,
  runs,
} from '../db/schema.ts';
import { explainTroubles, type Trouble } from '../reconcile/account-state.ts';
import type { AccountState } from '../reconcile/outcome.ts';
import { SUBJECT_KINDS, type Subject, subjectOf } from '../seam/subject.ts';
import { accountState } from './accounts.ts';

/** A reconciliation with all that belongs to it: what `show --json` prints, in its words. */
export type Match = Readonly<{
  subject: string;
  /** Seam's, as the events name it; null where none did. */
  workspace_id: string | null;
  state: string;
  reason: string | null;
  user_id: string | null;
  /** Of a webview that we created: the user for whom. */
  expected_user_id: string | null;
  /** Whether the account is linked to that user on a signed event's word alone: Seam has yet to confirm it. */
  provisional: boolean;
  connect_webview_id: string | null;
  connected_account_id: string | null;
  /** How the account stands; null where we have none. */
  account_state: AccountState | null;
  /** What is wrong with the account, in words; nothing any more once it is deleted. */
  account_troubles: readonly Trouble[];
  generation: number;
  observed_generation: number;
  attempts: number;
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

/** Also where there is no link: then it isn't provisional. */
export const isProvisional = sql<boolean>`${links.provisionalEventId} is not null and ${links.confirmedAt} is null`;

/** Reconciliations, each with its account, the user whom that is linked to now, and the one it was created for. */
const withAccount = (db: Db) =>
  db
    .select({
      own: reconciliations,
      userId: links.userId,
      provisional: isProvisional,
      expectedUserId: expectedWebviews.userId,
      account: {
        id: connectedAccounts.connectedAccountId,
        state: accountState,
        errors: connectedAccounts.errors,
        warnings: connectedAccounts.warnings,
      },
    })
    .from(reconciliations)
    .leftJoin(
      expectedWebviews,
      eq(expectedWebviews.connectWebviewId, reconciliations.connectWebviewId),
    )
    .leftJoin(
      connectedAccounts,
      eq(connectedAccounts.connectedAccountId, reconciliations.connectedAccountId),
    )
    .leftJoin(
      links,
      and(
        eq(links.connectedAccountId, reconciliations.connectedAccountId),
        isNull(links.unlinkedAt),
      ),
    );

/** Everything about the subjects that an id leads to, the latest first; empty when there is none. */
export const findMatches = async (db: Db, id: string): Promise<Match[]> => {
  const subjects = await findSubjects(db, id, MOST_MATCHES);
  if (subjects.length === 0) return [];
  const rows = await withAccount(db)
    .where(inArray(reconciliations.subject, subjects))
    .orderBy(desc(reconciliations.updatedAt));
  return Promise.all(rows.map(row => toMatch(db, row)));
};

type Row = Awaited<ReturnType<typeof withAccount>>[number];

const accountOf = ({ account }: Row): Pick<Match, 'account_state' | 'account_troubles'> => {
  if (account === null) return { account_state: null, account_troubles: [] };
  const { state, errors, warnings } = account;
  const troubles = state === 'deleted' ? [] : explainTroubles({ errors, warnings });
  return { account_state: state, account_troubles: troubles };
};

const toMatch = async (db: Db, row: Row): Promise<Match> => {
  const { own, userId, provisional, expectedUserId } = row;
  return {
    subject: own.subject,
    workspace_id: own.workspaceId,
    state: own.state,
    reason: own.reason,
    user_id: userId,
    expected_user_id: expectedUserId,
    provisional,
    connect_webview_id: own.connectWebviewId,
    connected_account_id: own.connectedAccountId,
    ...accountOf(row),
    generation: own.generation,
    observed_generation: own.observedGeneration,
    attempts: own.attempts,
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

/** One line of a list. */
export type Summary = Omit<
  Match,
  'deliveries' | 'runs' | 'generation' | 'observed_generation' | 'next_look_at'
> & {
  claimed_user_id: string | null;
  updated_at: string;
};

/** The reconciliations in a state (and, where given, for a reason), the latest first. */
export const listReconciliations = async (
  db: Db,
  filter: { state?: string | undefined; reason?: string | undefined; limit: number },
): Promise<Summary[]> => {
  const rows = await withAccount(db)
    .where(
      and(
        filter.state === undefined ? undefined : sql`${reconciliations.state} = ${filter.state}`,
        filter.reason === undefined ? undefined : sql`${reconciliations.reason} = ${filter.reason}`,
      ),
    )
    .orderBy(desc(reconciliations.updatedAt), reconciliations.subject)
    .limit(filter.limit);
  return rows.map(({ own, ...row }) => ({
    subject: own.subject,
    workspace_id: own.workspaceId,
    state: own.state,
    reason: own.reason,
    user_id: row.userId,
    expected_user_id: row.expectedUserId,
    provisional: row.provisional,
    claimed_user_id: own.claimedUserId,
    connect_webview_id: own.connectWebviewId,
    connected_account_id: own.connectedAccountId,
    ...accountOf({ own, ...row }),
    attempts: own.attempts,
    updated_at: own.updatedAt.toISOString(),
  }));
};
