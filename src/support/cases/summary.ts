import { userIdFor, type Viewer } from '../../access/mask.ts';
import type { Db } from '../../db/client.ts';
import { and, eq, isNull, sql } from '../../db/drizzle.ts';
import { connectedAccounts, expectedWebviews, links, reconciliations } from '../../db/schema.ts';
import type { AccountState, FailureReason, ReconciliationState } from '../../model/outcome.ts';
import { explainTroubles, type Trouble } from '../../reconcile/account-state.ts';
import { accountState, troublesFor } from '../accounts/accounts.ts';

/** How a reconciliation stands, with its account and user: a line of a list, in the words of `--json`. */
export type Summary = Readonly<{
  subject: string;
  /** Seam's, as the events name it; null where none did. */
  workspace_id: string | null;
  state: ReconciliationState;
  reason: FailureReason | null;
  user_id: string | null;
  /** Of a webview that we created: the user for whom. */
  expected_user_id: string | null;
  /** Of a webview that we created to reconnect an account: that account. */
  reconnects_account_id: string | null;
  /** Whether the account is linked to that user on a signed event's word alone: Seam has yet to confirm it. */
  provisional: boolean;
  /** Who made that link: our looking at what Seam shows (or a signed event), or somebody by hand; null: there is none. */
  linked_by: 'run' | 'person' | null;
  /** The id that the metadata name, whether or not it is one of our users. */
  claimed_user_id: string | null;
  /** The rule of USER_IDENTITY that names them; null where none does. */
  named_by: string | null;
  /** The first rule that names another of our users; null where none does. */
  also_named_by: string | null;
  connect_webview_id: string | null;
  connected_account_id: string | null;
  /** How the account stands; null where we have none. */
  account_state: AccountState | null;
  /** Since when; null where that isn't known. */
  account_state_since: string | null;
  /** What is wrong with the account, in words; nothing any more once it is deleted. */
  account_troubles: readonly Trouble[];
  attempts: number;
  updated_at: string;
}>;

/** Also where there is no link: then it isn't provisional. */
export const isProvisional = sql<boolean>`${links.provisionalEventId} is not null and ${links.confirmedAt} is null`;

const linkedBy = sql<Summary['linked_by']>`case when ${links.id} is null then null
  when ${links.linkedByChange} is null then 'run' else 'person' end`;

/** Events that are stored and still to be counted, where somebody holds the row. */
const uncounted = sql<number>`(
  select count(*)::int from reconciler.uncounted u
   where u.subject = ${reconciliations.subject} and not u.is_again)`;

/**
 * A reconciliation as it stands once all that is stored has been counted: otherwise one whose row somebody
 * holds would show as settled, beside an event that came after.
 */
export const asCounted = ({
  own,
  uncounted: events,
  now,
}: Pick<Row, 'own' | 'uncounted' | 'now'>): Row['own'] =>
  events === 0
    ? own
    : {
        ...own,
        generation: own.generation + events,
        state: 'pending',
        reason: null,
        attempts: 0,
        dueAt: now,
      };

/** Reconciliations, each with its account, the user whom that is linked to now, and the one it was created for. */
export const withAccount = (db: Db) =>
  db
    .select({
      own: reconciliations,
      uncounted,
      // The times of a row are the database's: so is what they are compared with.
      now: sql<Date>`now()`.mapWith(reconciliations.dueAt),
      userId: links.userId,
      provisional: isProvisional,
      linkedBy,
      expectedUserId: expectedWebviews.userId,
      reconnectsAccountId: expectedWebviews.connectedAccountId,
      account: {
        id: connectedAccounts.connectedAccountId,
        state: accountState,
        stateSince: connectedAccounts.stateSince,
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

export type Row = Awaited<ReturnType<typeof withAccount>>[number];

const accountOf = (
  viewer: Viewer,
  { account }: Row,
): Pick<Summary, 'account_state' | 'account_state_since' | 'account_troubles'> => {
  if (account === null) {
    return { account_state: null, account_state_since: null, account_troubles: [] };
  }
  const { state, stateSince, errors, warnings } = account;
  const troubles = state === 'deleted' ? [] : explainTroubles({ errors, warnings });
  return {
    account_state: state,
    account_state_since: stateSince?.toISOString() ?? null,
    account_troubles: troublesFor(viewer, troubles),
  };
};

/** Whose connection it is, as far as is known: linked, named by the metadata, or expected. In full. */
export const userIdOf = ({ userId, own, expectedUserId }: Row): string | null =>
  userId ?? own.claimedUserId ?? expectedUserId;

/** A row as this person may read it. */
export const summaryOf = (viewer: Viewer, row: Row): Summary => {
  const own = asCounted(row);
  return {
    subject: own.subject,
    workspace_id: own.workspaceId,
    state: own.state,
    reason: own.reason,
    user_id: userIdFor(viewer, row.userId),
    expected_user_id: userIdFor(viewer, row.expectedUserId),
    reconnects_account_id: row.reconnectsAccountId,
    provisional: row.provisional,
    linked_by: row.linkedBy,
    claimed_user_id: userIdFor(viewer, own.claimedUserId),
    named_by: own.namedBy,
    also_named_by: own.alsoNamedBy,
    connect_webview_id: own.connectWebviewId,
    connected_account_id: own.connectedAccountId,
    ...accountOf(viewer, row),
    attempts: own.attempts,
    updated_at: own.updatedAt.toISOString(),
  };
};
