import type { FailureReason } from '../model/outcome.ts';
import { instant, reconciler } from './columns.ts';
import { integer, text, unique } from './drizzle.ts';

/** Why no look is given out at present, where Seam as a whole is the cause; one row a workspace and reason. */
export const workspaceHolds = reconciler.table(
  'workspace_holds',
  {
    /** Null for the only workspace, whose id isn't known. */
    workspaceId: text('workspace_id'),
    reason: text('reason').$type<FailureReason>().notNull(),
    detail: text('detail').notNull(),
    seamRequestId: text('seam_request_id'),
    since: instant('since').notNull().defaultNow(),
    /** Failed probes since then. */
    probes: integer('probes').notNull().default(0),
    /** When Seam is asked next whether it is over. */
    probeAt: instant('probe_at').notNull(),
  },
  table => [unique('workspace_holds_key').on(table.workspaceId, table.reason).nullsNotDistinct()],
);

/**
 * The holds of versions that know of one workspace only, and may run beside this one for a while. Nothing
 * here reads it (what they hold they also hold in the queue itself); it goes two versions later.
 */
export const holds = reconciler.table('holds', {
  reason: text('reason').$type<FailureReason>().primaryKey(),
  detail: text('detail').notNull(),
  seamRequestId: text('seam_request_id'),
  since: instant('since').notNull().defaultNow(),
  probes: integer('probes').notNull().default(0),
  probeAt: instant('probe_at').notNull(),
});
