import type pg from 'pg';
import { z } from 'zod';
import { SupportError } from '../../access/errors.ts';
import type { Client } from '../../db/client.ts';
import { and, desc, drizzle, eq } from '../../db/drizzle.ts';
import { links } from '../../db/schema.ts';
import { auditLog } from '../../db/schema-desk.ts';
import { FAILURE_REASONS, RECONCILIATION_STATES } from '../../model/outcome.ts';
import type { Subject } from '../../model/subject.ts';
import type { CaseBefore } from './link.ts';
import type { StoredLink } from './lock.ts';

/* What the audit log, and the links, have of a link that was made or ended by hand. */

const caseSchema = z.object({
  subject: z.string(),
  state: z.enum(RECONCILIATION_STATES),
  reason: z.enum(FAILURE_REASONS).nullable(),
});
/** What `linkByHand` or `unlinkByHand` wrote into the audit log. */
const doneSchema = z.object({
  before: caseSchema.omit({ subject: true }).extend({
    others: z.array(caseSchema),
    /** Not in what the version before this one wrote. */
    undo: z
      .object({
        generation: z.number(),
        dismissal: z.object({ by: z.string(), why: z.string() }).nullable(),
      })
      .optional(),
  }),
  after: z.object({ connected_account_id: z.string(), user_id: z.string().nullable() }),
});

/** What each of them leaves the cases as, and what undoes it. */
export const UNDOING = {
  link: { action: 'undo_link', left: 'linked' },
  unlink: { action: 'undo_unlink', left: 'no_action' },
} as const;
export const DONE = ['link', 'unlink'] as const satisfies (keyof typeof UNDOING)[];

/** A link or an unlinking by hand, as the audit log has it. */
export type Done = Readonly<{
  action: (typeof DONE)[number];
  auditId: number;
  subject: Subject;
  accountId: string;
  /** To whom it was linked; null: to nobody. */
  userId: string | null;
  before: CaseBefore[];
}>;

export const noSuchLink = (auditId: number): SupportError =>
  new SupportError('not_found', `No link was made or ended by hand under the number ${auditId}.`);

const NOT_KEPT = 'What undoing it takes isn’t in the audit log.';

/** Within a transaction, or outside of any. */
type Reader = Client | pg.Pool;

/** @throws SupportError `not_found` */
export const readDone = async (on: Reader, subject: Subject, auditId: number): Promise<Done> => {
  const [row] = await drizzle(on)
    .select({ action: auditLog.action, before: auditLog.before, after: auditLog.after })
    .from(auditLog)
    .where(and(eq(auditLog.id, auditId), eq(auditLog.target, subject)));
  const action = DONE.find(each => each === row?.action);
  if (row === undefined || action === undefined) throw noSuchLink(auditId);
  const parsed = doneSchema.safeParse(row);
  if (!parsed.success) throw new SupportError('conflict', NOT_KEPT);
  const { before, after } = parsed.data;
  const { state, reason, others, undo } = before;
  return {
    action,
    auditId,
    subject,
    accountId: after.connected_account_id,
    userId: after.user_id,
    before: [{ subject, state, reason, ...undo }, ...others],
  };
};

/** The link that it ended. */
export const readFormer = async (
  on: Reader,
  { action, accountId, auditId }: Done,
): Promise<StoredLink | null> => {
  const [former = null] = await drizzle(on)
    .select()
    .from(links)
    .where(
      and(
        eq(links.connectedAccountId, accountId),
        eq(links.unlinkedByChange, auditId),
        eq(links.unlinkedBecause, action === 'link' ? 'linked_by_hand' : 'unlinked_by_hand'),
      ),
    );
  return former;
};

/** The last one of that number: it may have been ended, and put back since. */
export const readByHand = async (
  on: Reader,
  accountId: string,
  auditId: number,
): Promise<StoredLink> => {
  const [byHand] = await drizzle(on)
    .select()
    .from(links)
    .where(and(eq(links.connectedAccountId, accountId), eq(links.linkedByChange, auditId)))
    .orderBy(desc(links.id))
    .limit(1);
  if (byHand === undefined) throw noSuchLink(auditId);
  return byHand;
};
