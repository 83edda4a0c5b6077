import type { AlertNoticeKind, AlertRule } from '../model/alert.ts';
import type { Vitals } from '../model/vitals.ts';
import { counter, instant, reconciler } from './columns.ts';
import { index, integer, jsonb, smallint, sql, text, uniqueIndex } from './drizzle.ts';

/* How the whole is doing: what was last measured, and whom that was worth a message. */

/** One row: what one process has measured for all of them, so that a scrape reads a row and scans nothing. */
export const vitals = reconciler.table('vitals', {
  id: smallint('id').primaryKey().default(1),
  figures: jsonb('figures').$type<Vitals>(),
  measuredAt: instant('measured_at'),
  /** Who measures, and until when nobody else does. */
  holder: text('holder'),
  leasedUntil: instant('leased_until'),
});

/** Something that is wrong, or was, and that somebody is to know. */
export const alerts = reconciler.table(
  'alerts',
  {
    id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
    rule: text('rule').$type<AlertRule>().notNull(),
    /** Of what: a workspace, an endpoint, a reason; empty: of the whole. */
    about: text('about').notNull(),
    /** In words, as it was when last looked at. */
    sentence: text('sentence').notNull(),
    beganAt: instant('began_at').notNull().defaultNow(),
    /** When it was last found to be so. */
    seenAt: instant('seen_at').notNull().defaultNow(),
    endedAt: instant('ended_at'),
  },
  table => [
    uniqueIndex('alerts_open_key').on(table.rule, table.about).where(sql`ended_at is null`),
    index('alerts_ended_idx').on(table.endedAt),
  ],
);

/** One message to one channel about alerts that began, or are over. */
export const alertNotices = reconciler.table(
  'alert_notices',
  {
    id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
    channel: text('channel').notNull(),
    kind: text('kind').$type<AlertNoticeKind>().notNull(),
    alertIds: counter('alert_ids').array().notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** Null: it is still to be sent, or was given up. */
    sentAt: instant('sent_at'),
    attempts: integer('attempts').notNull().default(0),
    /** Null: never again. */
    nextTryAt: instant('next_try_at').defaultNow(),
    /** What the last try came to, in words. */
    fault: text('fault'),
  },
  table => [
    index('alert_notices_due_idx').on(table.nextTryAt).where(sql`sent_at is null`),
    index('alert_notices_created_idx').on(table.createdAt),
  ],
);

/** That somebody knows, and wants to hear no more of it for a time. */
export const alertSilences = reconciler.table(
  'alert_silences',
  {
    id: counter('id').primaryKey().generatedAlwaysAsIdentity(),
    /** Null: all rules. */
    rule: text('rule').$type<AlertRule>(),
    /** Null: whatever it is about. */
    about: text('about'),
    until: instant('until').notNull(),
    why: text('why').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull().defaultNow(),
    /** When somebody ended it before its time. */
    endedAt: instant('ended_at'),
  },
  table => [index('alert_silences_until_idx').on(table.until)],
);
