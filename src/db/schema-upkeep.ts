import type { FailureReason } from '../model/outcome.ts';
import { counter, instant, reconciler } from './columns.ts';
import { boolean, integer, jsonb, primaryKey, text, unique } from './drizzle.ts';

/** How far Seam's list of events has been read by the scheduled backfill; one row a workspace. */
export const backfills = reconciler.table('backfills', {
  /** Seam's id of the workspace; empty where there is only one and nobody named it. */
  workspace: text('workspace').primaryKey(),
  /** Every event that Seam made between these two is stored here. */
  coveredFrom: instant('covered_from').notNull(),
  coveredUntil: instant('covered_until').notNull(),
  /** When the next reading is due, and until when one is under way somewhere. */
  dueAt: instant('due_at').notNull(),
  leasedUntil: instant('leased_until'),
  /** Since when it has not got on, and why; null when all is well. */
  failingSince: instant('failing_since'),
  failure: text('failure'),
  /** When the newest event was made that a webhook brought. */
  lastHeardAt: instant('last_heard_at'),
  /** The events after that one, which no webhook brought: from when to when, and how many. */
  unheardSince: instant('unheard_since'),
  unheardUntil: instant('unheard_until'),
  unheardEvents: integer('unheard_events').notNull().default(0),
});

/**
 * Where the last turn stopped that went through old rows to remove some: the next one goes on from there. And, as
 * `messages`, the last position of a message that was removed (outbox/prune.ts).
 */
export const retentionCursors = reconciler.table('retention_cursors', {
  /** Which rows. */
  name: text('name').primaryKey(),
  /** Of the last row that it saw, as text: what they are in the order of. */
  first: text('first').notNull(),
  second: text('second').notNull(),
  movedAt: instant('moved_at').notNull().defaultNow(),
});

/**
 * A stretch of time of which Seam lists more events than it gives in one answer: what came is stored, others
 * may be missing. Tried again until an answer is complete; then its row goes.
 */
export const backfillGaps = reconciler.table(
  'backfill_gaps',
  {
    /** As in `backfills`. */
    workspace: text('workspace').notNull(),
    /** The second excluded. */
    gapFrom: instant('gap_from').notNull(),
    gapUntil: instant('gap_until').notNull(),
    /** In a sentence. */
    why: text('why').notNull(),
    foundAt: instant('found_at').notNull().defaultNow(),
    nextTryAt: instant('next_try_at').notNull(),
    /** How often it has been tried again. */
    tries: integer('tries').notNull().default(0),
  },
  table => [primaryKey({ columns: [table.workspace, table.gapFrom] })],
);

/** Up to when prune has removed something: what is older and not here may have been here. */
export const pruned = reconciler.table('pruned', {
  what: text('what').$type<'deliveries'>().primaryKey(),
  /** When the newest event that was removed had occurred. */
  until: instant('until').notNull(),
});

/** One comparison of all of Seam's accounts with ours; where it was left, so that it can go on. */
export const audits = reconciler.table('audits', {
  id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
  startedAt: instant('started_at').notNull().defaultNow(),
  finishedAt: instant('finished_at'),
  /** Whether the schedule began it, rather than a person; and until when some process is at it. */
  isScheduled: boolean('is_scheduled').notNull().default(false),
  leasedUntil: instant('leased_until'),
  /** Why it doesn't get on, in a sentence; null: it does, or is finished. */
  failure: text('failure'),
  /** Why nothing that is missing at Seam was ended, in a sentence; null: what was to end has ended. */
  withheld: text('withheld'),
  /** What is being walked: Seam's list of one workspace after the other, then what is here only. */
  phase: text('phase').$type<'seam' | 'here' | 'done'>().notNull().default('seam'),
  /** Which workspace, by its place among those of the settings. */
  workspaceIndex: integer('workspace_index').notNull().default(0),
  /** Seam's page cursor, or the last account id of ours; null: from the beginning. */
  cursor: text('cursor'),
  /** Accounts that Seam listed so far. */
  listed: integer('listed').notNull().default(0),
  /** How many accounts came to what; those that are right, too. With what is kept of each workspace. */
  counts: jsonb('counts').$type<Record<string, number | string>>().notNull().default({}),
});

/** An account of which an audit found something to tell. */
export const auditFindings = reconciler.table(
  'audit_findings',
  {
    auditId: counter('audit_id')
      .notNull()
      .references(() => audits.id, { onDelete: 'cascade' }),
    connectedAccountId: text('connected_account_id').notNull(),
    kind: text('kind').notNull(),
    linkedUserId: text('linked_user_id'),
    claimedUserId: text('claimed_user_id'),
    /** In whose list it was met; null for accounts that no list has. */
    workspaceId: text('workspace_id'),
    /** Put through the ordinary reconciliation by `--fix`. */
    askedAt: instant('asked_at'),
  },
  table => [primaryKey({ columns: [table.auditId, table.connectedAccountId] })],
);

/**
 * A hold is over, and what had failed for its reason is being made due again, in the order in which it failed;
 * one row a workspace and reason, until all have been.
 */
export const recoveries = reconciler.table(
  'recoveries',
  {
    /** Null for the only workspace, whose id isn't known. */
    workspaceId: text('workspace_id'),
    reason: text('reason').$type<FailureReason>().notNull(),
    /** When the hold was taken down: what failed later is none of its. */
    endedAt: instant('ended_at').notNull().defaultNow(),
    /** How far it has got: when the last one had failed, and its subject; null: nowhere yet. */
    pastUpdatedAt: instant('past_updated_at'),
    pastSubject: text('past_subject').notNull().default(''),
  },
  table => [unique('recoveries_key').on(table.workspaceId, table.reason).nullsNotDistinct()],
);
