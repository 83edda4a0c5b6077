import { bytea, counter, instant, reconciler } from './columns.ts';
import { boolean, jsonb, primaryKey, text } from './drizzle.ts';

/**
 * What is stored and still to be counted, a row a delivery: written by whoever stores it, deleted by whoever
 * raises the generation of its subject for it, and locked by nobody else. Short, whatever has been stored.
 */
export const uncounted = reconciler.table(
  'uncounted',
  {
    subject: text('subject').notNull(),
    id: counter('id').notNull().generatedAlwaysAsIdentity({ cache: 100 }),
    eventId: text('event_id').notNull(),
    source: text('source').$type<'webhook' | 'backfill'>().notNull(),
    workspaceId: text('workspace_id'),
    /** The workspace whose secret signed it, or whose key listed it; null: the only one, whose id isn't known. */
    vouchedBy: text('vouched_by'),
    connectWebviewId: text('connect_webview_id'),
    connectedAccountId: text('connected_account_id'),
    /** The event was stored before, and has been sent again. */
    isAgain: boolean('is_again').notNull(),
    /** Of what was sent again after a backfill had found its event: what was signed. */
    body: bytea('body'),
    signature: jsonb('signature').$type<Record<string, string>>(),
    storedAt: instant('stored_at').notNull().defaultNow(),
  },
  table => [primaryKey({ columns: [table.subject, table.id] })],
);

/**
 * Signed bodies that came under the id of an event that was stored with another one. The first one counts;
 * these are kept for whoever finds out why, as long as the delivery is.
 */
export const conflictingDeliveries = reconciler.table(
  'conflicting_deliveries',
  {
    /** Of `deliveries`; no foreign key, whose making would keep webhooks waiting. */
    eventId: text('event_id').notNull(),
    /** SHA-256 of the body: sent again and again, it is kept once. */
    bodyHash: bytea('body_hash').notNull(),
    body: bytea('body').notNull(),
    signature: jsonb('signature').$type<Record<string, string>>().notNull(),
    receivedAt: instant('received_at').notNull().defaultNow(),
  },
  table => [primaryKey({ columns: [table.eventId, table.bodyHash] })],
);
