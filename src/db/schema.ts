import type {
  AccountState,
  FailureReason,
  ReconciliationState,
  RunOutcome,
  Trigger,
  UnlinkedBecause,
} from '../model/outcome.ts';
import type { SetAsideBecause } from '../model/set-aside.ts';
import { bytea, counter, instant, reconciler } from './columns.ts';
import { boolean, index, integer, jsonb, sql, text, uniqueIndex } from './drizzle.ts';

/* Further indexes on these tables are in indexes.ts; what holds everything up is in schema-holds.ts, what backfill and audit keep in schema-upkeep.ts, the users in schema-users.ts. */

/** One signed webhook (or listed event), stored once per Seam event: evidence, append-only. */
export const deliveries = reconciler.table(
  'deliveries',
  {
    eventId: text('event_id').primaryKey(),
    eventType: text('event_type').notNull(),
    subject: text('subject').notNull(),
    /** Whose word it is: of the workspace whose secret signed it, or whose key listed it; else as it says. */
    workspaceId: text('workspace_id'),
    occurredAt: instant('occurred_at'),
    receivedAt: instant('received_at').notNull().defaultNow(),
    /** The very bytes that were signed, so that the signature can be checked again. */
    body: bytea('body').notNull(),
    /** The three signature headers, nothing else of the request; none where Seam listed the event. */
    signature: jsonb('signature').$type<Record<string, string>>().notNull(),
    /** How it got here: Seam sent it, or a backfill found it in Seam's list of events. */
    source: text('source').$type<'webhook' | 'backfill'>().notNull().default('webhook'),
    /** Why it is not believed; null: it is (books/owner.ts). */
    setAside: text('set_aside').$type<SetAsideBecause>(),
    /** When what it said of a person was erased: then the body is not the one that was signed, and stays as it is. */
    erasedAt: instant('erased_at'),
    /** Under which trace it was taken in (https://www.w3.org/TR/trace-context/#traceparent-header); null: under none. */
    traceparent: text('traceparent'),
  },
  table => [index('deliveries_subject_idx').on(table.subject, table.receivedAt)],
);

/** The one row per subject: what is owed and how it stands. Owed = observed_generation < generation. */
export const reconciliations = reconciler.table(
  'reconciliations',
  {
    subject: text('subject').primaryKey(),
    generation: counter('generation').notNull(),
    observedGeneration: counter('observed_generation').notNull().default(0),
    /** Whose it is: of who spoke of it first, unless Seam has shown it to another; null where nobody is known. */
    workspaceId: text('workspace_id'),
    /**
     * The workspaces that speak of it, as long as Seam has shown it to none and there are several; else null. And
     * those of them whose key is still to be tried in this round.
     */
    claimants: text('claimants').array(),
    toAsk: text('to_ask').array(),
    state: text('state').$type<ReconciliationState>().notNull(),
    reason: text('reason').$type<FailureReason>(),
    /** Tries since the last news that ended in a failure of the subject's own (not of Seam's). */
    attempts: integer('attempts').notNull().default(0),
    connectWebviewId: text('connect_webview_id'),
    connectedAccountId: text('connected_account_id'),
    /** The id that the metadata name, whether or not it is one of our users. */
    claimedUserId: text('claimed_user_id'),
    /** The rule of USER_IDENTITY that names them, and the first one that names somebody else; null: none does. */
    namedBy: text('named_by'),
    alsoNamedBy: text('also_named_by'),
    /** When the next look is due. A look that comes earlier is put off until then. */
    dueAt: instant('due_at').notNull().defaultNow(),
    /** When the sweep should make sure that what is owed is in the queue. */
    sweepAt: instant('sweep_at').notNull().defaultNow(),
    /** Since when Seam has been failing us on this subject; null once it answered. */
    unavailableSince: instant('unavailable_since'),
    /** When a run last settled it; null when the last one failed. */
    settledAt: instant('settled_at'),
    /** Who asked for the look that is owed, where that was no delivery: its run's trigger. */
    requestedBy: text('requested_by').$type<Extract<Trigger, 'healing' | 'replay' | 'person'>>(),
    /** The generation whose events were considered for a provisional link. */
    provisionalGeneration: counter('provisional_generation').notNull().default(0),
    /** The newest run that has begun: only that one may write. */
    newestRunId: counter('newest_run_id'),
    /** Until then no other run of this subject begins; null when none is under way. */
    leasedUntil: instant('leased_until'),
    /** Who has dismissed it, and why; null unless it is dismissed. */
    dismissedBy: text('dismissed_by'),
    dismissedWhy: text('dismissed_why'),
    /** When what is known of its person was erased; null again once a run has seen what is newer. */
    erasedAt: instant('erased_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  table => [
    index('reconciliations_owed_idx')
      .on(table.sweepAt)
      .where(sql`${table.observedGeneration} < ${table.generation}`),
    index('reconciliations_state_idx').on(table.state, table.updatedAt),
    index('reconciliations_webview_idx').on(table.connectWebviewId),
    index('reconciliations_account_idx').on(table.connectedAccountId),
    index('reconciliations_claimed_user_idx').on(table.claimedUserId),
  ],
);

/** One try. A run's id also orders what it read: a higher id began to read later. */
export const runs = reconciler.table(
  'runs',
  {
    id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
    subject: text('subject')
      .notNull()
      .references(() => reconciliations.subject, { onDelete: 'cascade' }),
    generation: counter('generation').notNull(),
    trigger: text('trigger').notNull(),
    startedAt: instant('started_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
    outcome: text('outcome').$type<RunOutcome>(),
    reason: text('reason').$type<FailureReason>(),
    /** For an engineer: what exactly went wrong. Never a payload, never a secret. */
    detail: text('detail'),
    seamRequestId: text('seam_request_id'),
    /** The trace that it was a part of, as 32 hexadecimal digits; null: of none. */
    traceId: text('trace_id'),
  },
  table => [index('runs_subject_idx').on(table.subject, table.id)],
);

/** Connect Webviews as Seam last showed them. */
export const connectWebviews = reconciler.table(
  'connect_webviews',
  {
    connectWebviewId: text('connect_webview_id').primaryKey(),
    /** Whose it is: Seam has shown it to the key of this one. Null: not since this column is there. */
    workspaceId: text('workspace_id'),
    status: text('status').notNull(),
    loginSuccessful: boolean('login_successful'),
    connectedAccountId: text('connected_account_id'),
    customMetadata: jsonb('custom_metadata').$type<Record<string, unknown>>().notNull(),
    customerKey: text('customer_key'),
    /** The provider that the user chose in it. */
    selectedProvider: text('selected_provider'),
    authorizedAt: instant('authorized_at'),
    /** How a login that failed was described by Seam's event. */
    failureDescription: text('failure_description'),
    seamCreatedAt: instant('seam_created_at'),
    readByRun: counter('read_by_run').notNull(),
    readAt: instant('read_at').notNull().defaultNow(),
  },
  table => [index('connect_webviews_account_idx').on(table.connectedAccountId)],
);

/** Connect Webviews that we created, each expected to be finished by a user. */
export const expectedWebviews = reconciler.table(
  'expected_webviews',
  {
    connectWebviewId: text('connect_webview_id').primaryKey(),
    /** As text, whatever the type of the id in the app's own table. */
    userId: text('user_id').notNull(),
    /** Of a webview that is to reconnect an account: that account. */
    connectedAccountId: text('connected_account_id'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  table => [index('expected_webviews_user_idx').on(table.userId)],
);

/** Connected accounts as Seam last showed them; errors and warnings as they came. */
export const connectedAccounts = reconciler.table('connected_accounts', {
  connectedAccountId: text('connected_account_id').primaryKey(),
  /** Whose it is: Seam has shown it to the key of this one. Null: not since this column is there. */
  workspaceId: text('workspace_id'),
  /** Of an account that Seam has shown to none: on whose word it counts as deleted. */
  deletedOnWordOf: text('deleted_on_word_of'),
  accountType: text('account_type'),
  accountTypeDisplayName: text('account_type_display_name'),
  displayName: text('display_name'),
  imageUrl: text('image_url'),
  timeZone: text('time_zone'),
  userIdentifier: jsonb('user_identifier').$type<Record<string, unknown>>().notNull(),
  customMetadata: jsonb('custom_metadata').$type<Record<string, unknown>>().notNull(),
  errors: jsonb('errors').$type<unknown[]>().notNull(),
  warnings: jsonb('warnings').$type<unknown[]>().notNull(),
  acceptedCapabilities: jsonb('accepted_capabilities').$type<unknown[]>().notNull(),
  automaticallyManageNewDevices: boolean('automatically_manage_new_devices'),
  customerKey: text('customer_key'),
  seamCreatedAt: instant('seam_created_at'),
  /** Null: not looked at since this column is there. */
  state: text('state').$type<AccountState>(),
  /** Since when it stands as it does, when it was last seen `connected`, and how often it stopped being that. */
  stateSince: instant('state_since'),
  lastConnectedAt: instant('last_connected_at'),
  timesDisconnected: integer('times_disconnected').notNull().default(0),
  /** When a person of ours had Seam delete it: as good as Seam's own word, and as soon spent (announced.ts). */
  deletionRequestedAt: instant('deletion_requested_at'),
  /** The latest audit whose walk through Seam's list met this account. */
  seenByComparison: counter('seen_by_audit'),
  /** The first of the comparisons in a row that no list of Seam's had it in; null: the latest met it. */
  missedByComparison: counter('missed_by_audit'),
  /** Set when Seam said that the account was deleted and no longer knows it. */
  deletedAt: instant('deleted_at'),
  /** When prune emptied it, and the webviews that led to it, of what they say of a person; null once it is read again. */
  emptiedAt: instant('emptied_at'),
  /** As that of a reconciliation. */
  erasedAt: instant('erased_at'),
  readByRun: counter('read_by_run').notNull(),
  readAt: instant('read_at').notNull().defaultNow(),
});

/** Connected account → user. The row without `unlinked_at` is the link; the others are its history. */
export const links = reconciler.table(
  'links',
  {
    id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
    connectedAccountId: text('connected_account_id').notNull(),
    /** As text, whatever the type of the id in the app's own table. */
    userId: text('user_id').notNull(),
    /** Not when the transaction began, which may have waited for the account while others changed its link. */
    linkedAt: instant('linked_at').notNull().default(sql`clock_timestamp()`),
    /** 0: no run, but a signed event or a person (below). */
    linkedByRun: counter('linked_by_run').notNull(),
    unlinkedAt: instant('unlinked_at'),
    unlinkedByRun: counter('unlinked_by_run'),
    unlinkedBecause: text('unlinked_because').$type<UnlinkedBecause>(),
    /** The event, and its subject, that the link was made from while Seam could not be asked. */
    provisionalEventId: text('provisional_event_id'),
    provisionalSubject: text('provisional_subject'),
    /** When Seam said the same. A link from an event is provisional until then; one by hand, as any other after. */
    confirmedAt: instant('confirmed_at'),
    confirmedByRun: counter('confirmed_by_run'),
    /** The audit row of the person who made this link by hand, or who ended it; no run did. */
    linkedByChange: counter('linked_by_audit'),
    unlinkedByChange: counter('unlinked_by_audit'),
    /**
     * Of a link by hand: what the metadata said when it was made, as `claimText` has it (null: that was not
     * known). It stands for as long as they say the same, and gives way when they name another.
     */
    overridesClaim: text('overrides_claim'),
    /**
     * Of a link that a person ended: what the metadata said then, or UNKNOWN_CLAIM. Nobody is linked for as long as they
     * say the same. Null once that counts no more: it was undone, or somebody said at Seam whose it is.
     */
    unlinkedClaim: text('unlinked_claim'),
  },
  table => [
    uniqueIndex('links_current_idx')
      .on(table.connectedAccountId)
      .where(sql`${table.unlinkedAt} is null`),
    index('links_account_idx').on(table.connectedAccountId, table.id),
    index('links_user_idx').on(table.userId),
  ],
);
