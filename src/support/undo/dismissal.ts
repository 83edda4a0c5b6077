import { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { dismissed, REOPENED } from '../../books/changes.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import { and, desc, drizzle, eq, inArray, lt, sql } from '../../db/drizzle.ts';
import { auditLog } from '../../db/schema-desk.ts';
import type { FailureReason, ReconciliationState } from '../../model/outcome.ts';
import type { CaseMembers } from '../cases/members.ts';
import type { Desk } from '../desk.ts';
import { askForLook, type Dismissal, type ToQueue, toSubject } from '../links/lock.ts';
import { reasonExplained } from '../words/reason-words.ts';
import type { Reader, UndoableRow } from './rows.ts';
import { laterThan, namesOf, nowIs, whyLater } from './since.ts';

/* That a case was set aside, or taken up again, taken back. */

type Row = UndoableRow & Readonly<{ action: 'dismiss' | 'reopen' }>;

type Member = Readonly<{
  subject: string;
  state: ReconciliationState;
  reason: FailureReason | null;
  dismissed_by: string | null;
  dismissed_why: string | null;
}>;

/** What undoing comes to, as things stand. */
type Plan = Readonly<{
  /** The members of the case that change. */
  subjects: readonly string[];
  reason: FailureReason | null;
  /** Those of them that were still tried by themselves: they are looked at again. */
  tried: readonly string[];
  /** Of a reopening: who had dismissed it, and why. */
  former: Dismissal | null;
}>;

const membersOf = async (
  on: Reader,
  { subjects }: CaseMembers,
  lock: 'for update' | '' = '',
): Promise<Member[]> => {
  const { rows } = await on.query<Member>(
    `select subject, state, reason, dismissed_by, dismissed_why
       from reconciler.reconciliations where subject = any($1)
      order by subject ${lock}`,
    [subjects],
  );
  return rows;
};

/** Those that it left as they are now; the first is the one that leads the case, where it is one of them. */
const leftBy = (row: Row, members: readonly Member[], { lead }: CaseMembers): Member[] => {
  const left = members.filter(
    ({ state }) => state === (row.action === 'dismiss' ? 'dismissed' : 'failed'),
  );
  // What became one case since may have been dismissed one by one, each by somebody for a reason of their own.
  const its = left.filter(
    each => each.dismissed_by === row.actorName && each.dismissed_why === row.why,
  );
  return (its.length === 0 ? left : its).toSorted(
    (one, other) => Number(other.subject === lead) - Number(one.subject === lead),
  );
};

/**
 * What undoing would do, or why there is nothing to undo any more.
 *
 * @param undoing of the audit log: the row of what undoes it; null where that is only asked
 */
const planOf = async (
  on: Reader,
  row: Row,
  found: CaseMembers,
  members: readonly Member[],
  undoing: number | null,
): Promise<Plan | string> => {
  const names = namesOf(found);
  const later = await laterThan(on, row, names, undoing);
  if (later !== null) return whyLater(later);
  const left = leftBy(row, members, found);
  const [first] = left;
  if (first === undefined) return nowIs(leadOf(members, found)?.state ?? 'no_action');
  const subjects = left.map(({ subject }) => subject);
  const { reason } = first;
  if (row.action === 'dismiss') {
    return { subjects, reason, tried: triedBefore(row, subjects), former: null };
  }
  if (await hasNews(on, subjects, row.at)) return 'Something new has happened to it since.';
  const former = await formerDismissal(on, row, names);
  if (former === null) return 'Who had dismissed it, and why, is no longer kept.';
  return { subjects, reason, tried: [], former };
};

const stoodSchema = z.object({
  state: z.string(),
  undo: z
    .object({ members: z.array(z.object({ subject: z.string(), state: z.string() })) })
    .optional(),
});

/** Those that a dismissal had no longer tried by themselves. */
const triedBefore = ({ before }: Row, subjects: readonly string[]): string[] => {
  const stood = stoodSchema.safeParse(before).data;
  const wasTried = (subject: string): boolean => {
    const own = stood?.undo?.members.find(member => member.subject === subject);
    return (own ?? stood)?.state === 'retrying';
  };
  return subjects.filter(wasTried);
};

const leadOf = (members: readonly Member[], { lead }: CaseMembers): Member | undefined =>
  members.find(({ subject }) => subject === lead) ?? members[0];

const hasNews = async (on: Reader, subjects: readonly string[], since: Date): Promise<boolean> => {
  const { rows } = await on.query(
    `select from unnest($1::text[]) s(subject)
      where exists (select from reconciler.deliveries d
                     where d.subject = s.subject and d.received_at > $2 and d.set_aside is null)`,
    [subjects, since],
  );
  return rows.length > 0;
};

const formerDismissal = async (
  on: Reader,
  { id }: Row,
  names: readonly string[],
): Promise<Dismissal | null> => {
  const [former] = await drizzle(on)
    .select({ by: auditLog.actorName, why: auditLog.why })
    .from(auditLog)
    .where(
      and(
        inArray(auditLog.target, [...names]),
        eq(auditLog.action, 'dismiss'),
        lt(auditLog.id, id),
        // What only put it back as it had been dismissed doesn't say why.
        sql`${auditLog.after}->>'undone' is null`,
      ),
    )
    .orderBy(desc(auditLog.id))
    .limit(1);
  if (former === undefined || former.why === null) return null;
  return { by: former.by, why: former.why };
};

/** What undoing it would do, in a sentence, or why it can't be any more. */
export const lookAtDismissal = async (
  on: Reader,
  row: Row,
  found: CaseMembers,
): Promise<{ does: string } | { whyNot: string }> => {
  const plan = await planOf(on, row, found, await membersOf(on, found), null);
  return typeof plan === 'string' ? { whyNot: plan } : { does: doesOf(plan) };
};

const doesOf = ({ reason, former, tried }: Plan): string => {
  if (former !== null) return `It is dismissed again, as ${former.by} had it: “${former.why}”`;
  if (tried.length > 0) return 'It is checked again, now, and tried automatically as before.';
  const title = reason === null ? null : reasonExplained(reason).title;
  return `It needs attention again${title === null ? '' : `: ${title}`}.`;
};

/** @throws SupportError `conflict` that says what happened since; DoneBeforeError */
export const undoDismissal = async (
  { pool, queues }: Pick<Desk, 'pool' | 'queues'>,
  actor: Actor,
  row: Row,
  found: CaseMembers,
): Promise<{ auditId: number; told: string }> => {
  const { asked, ...done } = await inTransactionWithRetries(pool, async client => {
    const members = await membersOf(client, found, 'for update');
    const isDismissal = row.action === 'dismiss';
    const reason = leftBy(row, members, found)[0]?.reason ?? null;
    // First of all: of a form that is sent twice, the second must not find that there is nothing to undo.
    const auditId = await recordChange(client, actor, {
      action: isDismissal ? 'reopen' : 'dismiss',
      target: row.target,
      before: { state: isDismissal ? 'dismissed' : 'failed', reason },
      after: { state: isDismissal ? 'failed' : 'dismissed', reason, undone: row.id },
    });
    const plan = await planOf(client, row, found, members, auditId);
    if (typeof plan === 'string') throw nothingToUndo(plan);
    return { auditId, told: doesOf(plan), asked: await carryOut(queues, client, plan) };
  });
  for (const { subject, workspaceId } of asked) await queues.request(subject, workspaceId);
  return done;
};

/** @returns the looks that it asked for */
const carryOut = async (
  queues: Desk['queues'],
  client: Client,
  { subjects, tried, former }: Plan,
): Promise<ToQueue[]> => {
  const change = former === null ? REOPENED : dismissed('$2', '$3');
  await client.query(
    `update reconciler.reconciliations r set ${change} where subject = any($1)`,
    former === null ? [subjects] : [subjects, former.by, former.why],
  );
  const asked: ToQueue[] = [];
  for (const subject of tried) {
    const look = await askForLook(client, queues, toSubject(subject));
    if (look !== null) asked.push(look);
  }
  return asked;
};

export const nothingToUndo = (why: string): SupportError =>
  new SupportError('conflict', `${why} So there is nothing to undo, and nothing was done.`);
