import { bigint, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/* The tables that connecting locks takes. `npm run migrations` makes the SQL for them. */

const at = () => timestamp({ withTimezone: true }).notNull().defaultNow();

/**
 * Each lock account as the latest message about it said. One that belongs to nobody any more keeps its row, and with it the
 * `sequence`: a message from before, should one be sent again, changes nothing.
 *
 * No foreign key: a message may come when its user has been deleted already.
 */
export const lockAccounts = pgTable(
  'lock_accounts',
  {
    connectedAccountId: text().primaryKey(),
    userId: text(),
    /** As people know its maker: `August`. */
    maker: text(),
    state: text(),
    sequence: bigint({ mode: 'number' }).notNull(),
  },
  table => [index().on(table.userId)],
);

/** How an attempt ended. None yet: null. */
export type Outcome = 'connected' | 'login_failed' | 'needs_attention';

/**
 * Each time that a user set out to connect an account, or to reconnect one.
 *
 * No foreign key here either: the ids of your users may be of another type than text.
 */
export const attempts = pgTable('connect_attempts', {
  /** Part of the address that Seam sends the user back to. */
  id: uuid().primaryKey(),
  userId: text().notNull(),
  connectWebviewId: text().notNull().unique(),
  outcome: text().$type<Outcome>(),
  createdAt: at(),
});

/** The messages that have been handled: each comes at least once, and counts once. */
export const handledMessages = pgTable('handled_messages', {
  messageId: uuid().primaryKey(),
  handledAt: at(),
});

/** What a user was told. Here it is shown on a page; your app may send an e-mail from this table. */
export const notices = pgTable(
  'notices',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: text().notNull(),
    text: text().notNull(),
    at: at(),
  },
  table => [index().on(table.userId)],
);
