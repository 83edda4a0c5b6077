import {
  type DisabledBecause,
  type EndpointKind,
  LINK_MESSAGE_TYPES,
  type MessageData,
  type MessageType,
  type SendingState,
} from '../model/message.ts';
import { counter, instant, reconciler } from './columns.ts';
import {
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  primaryKey,
  sql,
  text,
  unique,
  uniqueIndex,
  uuid,
} from './drizzle.ts';
import { nobodyErased } from './telling-functions.ts';

/* What the app is told: docs/decisions/0017 says why it goes this way. */

/**
 * How each connection stands as the app has been told, or is about to be: what the next change is compared with. Written
 * by the functions of telling-functions.ts alone, in the transaction of the change.
 */
export const told = reconciler.table('told', {
  /** `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account: as a subject is written. */
  about: text('about').primaryKey(),
  /** Of the last message about it. */
  sequence: counter('sequence').notNull(),
  /** Null: nobody, or nothing was told of that yet. */
  userId: text('user_id'),
  state: text('state'),
  /** The reason for which it needs a person; null: none was told. */
  attention: text('attention'),
});

/**
 * What was committed and has no place in the order of messages yet: written with the change that it tells of, and deleted
 * by whoever gives it its place. Short, whatever has been told.
 */
export const outbox = reconciler.table('outbox', {
  id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
  messageId: uuid('message_id').notNull().default(sql`gen_random_uuid()`),
  type: text('type').$type<MessageType>().notNull(),
  about: text('about').notNull(),
  sequence: counter('sequence').notNull(),
  at: instant('at').notNull().default(sql`clock_timestamp()`),
  workspaceId: text('workspace_id'),
  userId: text('user_id'),
  connectedAccountId: text('connected_account_id'),
  connectWebviewId: text('connect_webview_id'),
  data: jsonb('data').$type<MessageData>().notNull(),
  /** Of the trace in which it took place; null: in none. */
  traceparent: text('traceparent'),
});

/** Word for word as the feed asks (support/contract/link-feed.ts): so that an index serves it. */
const IS_OF_LINK = sql.raw(`type in (${LINK_MESSAGE_TYPES.map(type => `'${type}'`).join(', ')})`);

/** What the app is told. Positions are given after the commit, one statement at a time: in their order none comes late. */
export const messages = reconciler.table(
  'messages',
  {
    position: counter('position').primaryKey().generatedAlwaysAsIdentity(),
    /** The same whenever and wherever it is sent: by it the app knows what it has seen. */
    messageId: uuid('message_id').notNull(),
    type: text('type').$type<MessageType>().notNull(),
    about: text('about').notNull(),
    /** Counts the messages about one connection, without a gap. */
    sequence: counter('sequence').notNull(),
    /** When what it tells of took place. */
    at: instant('at').notNull(),
    workspaceId: text('workspace_id'),
    userId: text('user_id'),
    connectedAccountId: text('connected_account_id'),
    connectWebviewId: text('connect_webview_id'),
    data: jsonb('data').$type<MessageData>().notNull(),
    /** Of the trace in which it took place; null: in none. */
    traceparent: text('traceparent'),
  },
  table => [
    unique('messages_id_key').on(table.messageId),
    uniqueIndex('messages_about_idx').on(table.about, table.sequence),
    index('messages_user_idx').on(table.userId, table.position),
    index('messages_at_idx').on(table.at, table.position),
    // For whoever reads the app's views by user (public-views.ts), where who was erased is nobody.
    index('messages_whose_idx').on(sql.raw(`(${nobodyErased('user_id')})`), table.position),
    // For the feed of links: of all, and of one workspace.
    index('messages_links_idx').on(table.position).where(IS_OF_LINK),
    index('messages_workspace_links_idx').on(table.workspaceId, table.position).where(IS_OF_LINK),
  ],
);

/** Where messages go. */
export const endpoints = reconciler.table('endpoints', {
  id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
  name: text('name').notNull().unique(),
  kind: text('kind').$type<EndpointKind>().notNull(),
  /** A URL, or the name of a BullMQ queue; of hooks the endpoint's own name. */
  target: text('target').notNull(),
  /** Which types, and of which Seam workspaces; null: all. */
  types: text('types').array().$type<MessageType[]>(),
  workspaces: text('workspaces').array(),
  /** How many it is sent in a second at most, so that what has waited comes at a pace. */
  perSecond: integer('per_second').notNull().default(50),
  createdAt: instant('created_at').notNull().defaultNow(),
  createdBy: text('created_by').notNull(),
  disabledAt: instant('disabled_at'),
  disabledBecause: text('disabled_because').$type<DisabledBecause>(),
  /** Since when nothing has come through, how many tries in a row, and what the last one came to, in words. */
  failingSince: instant('failing_since'),
  failures: integer('failures').notNull().default(0),
  fault: text('fault'),
  lastDeliveredAt: instant('last_delivered_at'),
  /** Until then nothing is sent: it is in trouble, or has asked for a pause. */
  restUntil: instant('rest_until'),
  /** It takes messages again, and what waits for its next try goes before its time: until each was tried, by whom ever. */
  isRecovering: boolean('is_recovering').notNull().default(false),
  /** One process at a time sends to it, so that what is of one connection goes in its order. */
  holder: text('holder'),
  leasedUntil: instant('leased_until'),
});

/**
 * For which types processes of the app's own have hooks, and when one with just these was last heard of: an endpoint of
 * hooks wants what any of them has.
 */
export const hookSets = reconciler.table(
  'hook_sets',
  {
    endpointId: counter('endpoint_id')
      .notNull()
      .references(() => endpoints.id, { onDelete: 'cascade' }),
    types: text('types').array().$type<MessageType[]>().notNull(),
    heardAt: instant('heard_at').notNull().defaultNow(),
  },
  table => [primaryKey({ columns: [table.endpointId, table.types] })],
);

/** What an endpoint's messages are signed with, sealed. Rotated out, a secret signs on until the overlap ends. */
export const endpointSecrets = reconciler.table(
  'endpoint_secrets',
  {
    id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
    endpointId: counter('endpoint_id')
      .notNull()
      .references(() => endpoints.id, { onDelete: 'cascade' }),
    sealed: text('sealed').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** Null: the present one. */
    until: instant('until'),
  },
  table => [index('endpoint_secrets_endpoint_idx').on(table.endpointId)],
);

/** One message that is owed to one endpoint, or was sent to it. */
export const sendings = reconciler.table(
  'sendings',
  {
    endpointId: counter('endpoint_id')
      .notNull()
      .references(() => endpoints.id, { onDelete: 'cascade' }),
    position: counter('position')
      .notNull()
      .references(() => messages.position, { onDelete: 'cascade' }),
    /** As that of the message: what is of one connection goes one after the other. */
    about: text('about').notNull(),
    state: text('state').$type<SendingState>().notNull().default('waiting'),
    /** Tries that failed, of the present round: sent again by hand, it begins anew. */
    attempts: integer('attempts').notNull().default(0),
    /** When it is tried next, where it has failed; null: when its turn comes. */
    dueAt: instant('due_at'),
    finishedAt: instant('finished_at'),
  },
  table => [
    primaryKey({ columns: [table.endpointId, table.position] }),
    index('sendings_position_idx').on(table.position),
    index('sendings_waiting_idx')
      .on(table.endpointId, table.position)
      .where(sql`${table.state} = 'waiting'`),
    index('sendings_in_turn_idx')
      .on(table.endpointId, table.about, table.position)
      .where(sql`${table.state} = 'waiting'`),
    index('sendings_due_idx')
      .on(table.endpointId, table.dueAt)
      .where(sql`${table.state} = 'waiting' and ${table.dueAt} is not null`),
    index('sendings_dead_idx')
      .on(table.endpointId, table.position)
      .where(sql`${table.state} = 'dead'`),
  ],
);

/** One try, and what the app answered. */
export const sendAttempts = reconciler.table(
  'send_attempts',
  {
    id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
    endpointId: counter('endpoint_id').notNull(),
    position: counter('position').notNull(),
    at: instant('at').notNull().defaultNow(),
    durationMs: integer('duration_ms').notNull(),
    /** Of HTTP; null: there was no answer, or it is a queue. */
    status: integer('status'),
    /** In words: why it failed; null: it was taken. */
    fault: text('fault'),
    /** The beginning of what the app answered. */
    answer: text('answer'),
  },
  table => [
    index('send_attempts_sending_idx').on(table.endpointId, table.position),
    foreignKey({
      columns: [table.endpointId, table.position],
      foreignColumns: [sendings.endpointId, sendings.position],
      name: 'send_attempts_sending_fk',
    }).onDelete('cascade'),
  ],
);
