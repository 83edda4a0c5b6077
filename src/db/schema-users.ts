import { instant, reconciler } from './columns.ts';
import { index, text } from './drizzle.ts';

/** The built-in directory of the app's users, for those who don't point USERS_TABLE at their own. */
export const users = reconciler.table('users', {
  id: text('id').primaryKey(),
  name: text('name'),
  email: text('email'),
  createdAt: instant('created_at').notNull().defaultNow(),
});

/** An opaque key that stands for a user at Seam, for apps that don't want their own ids there (rule `mapping`). */
export const userKeys = reconciler.table(
  'user_keys',
  {
    key: text('key').primaryKey(),
    /** As text, whatever the type of the id in the app's own table. */
    userId: text('user_id').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  table => [index('user_keys_user_idx').on(table.userId)],
);
