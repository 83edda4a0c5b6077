import { counter, instant, reconciler } from './columns.ts';
import { boolean, index, jsonb, primaryKey, text } from './drizzle.ts';
import { operators } from './schema-operators.ts';

/*
 * How people share the work: who has a case, what sleeps, and what somebody has begun to write. By the subject that the
 * case was called by at that time (model/case.ts): whoever reads looks at all subjects of a case, and the latest counts.
 */

/** Whose a case is to look after. */
export const assignments = reconciler.table(
  'assignments',
  {
    subject: text('subject').primaryKey(),
    /** Null: nobody's again, said after it was somebody's. */
    operatorId: counter('operator_id').references(() => operators.id),
    assignedBy: text('assigned_by').notNull(),
    assignedAt: instant('assigned_at').notNull().defaultNow(),
  },
  table => [index('assignments_operator_idx').on(table.operatorId)],
);

/** A case that is out of sight until a time, or until there is news of it. */
export const snoozes = reconciler.table(
  'snoozes',
  {
    subject: text('subject').primaryKey(),
    /** Null: until there is news. News ends one with a time, too, where `untilNews`. */
    until: instant('until'),
    untilNews: boolean('until_news').notNull(),
    /** The sum of the generations of the case's subjects when it was put to sleep: more is news. */
    heard: counter('heard').notNull(),
    why: text('why'),
    by: text('by').notNull(),
    at: instant('at').notNull().defaultNow(),
  },
  table => [index('snoozes_until_idx').on(table.until)],
);

/** What an operator has typed into a form and not sent yet. */
export const drafts = reconciler.table(
  'drafts',
  {
    operatorId: counter('operator_id')
      .notNull()
      .references(() => operators.id),
    /** Which form, of what: `note connected_account:…`. */
    form: text('form').notNull(),
    fields: jsonb('fields').$type<Record<string, string>>().notNull(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  table => [
    primaryKey({ columns: [table.operatorId, table.form] }),
    index('drafts_updated_idx').on(table.updatedAt),
  ],
);
