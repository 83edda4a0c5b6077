import { bigint, customType, pgSchema, timestamp } from './drizzle.ts';

/** Everything of ours lives in this schema, so that an app can share its own database. */
export const reconciler = pgSchema('reconciler');

export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
/** The number of a transaction, which never comes again. */
export const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });
export const instant = (name: string) => timestamp(name, { withTimezone: true });
export const counter = (name: string) => bigint(name, { mode: 'number' });
