import { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { insistOnNewRequest } from '../../audit-log/idempotency.ts';
import { type Client, inTransaction, inTransactionWithRetries } from '../../db/client.ts';
import type { CaseMembers } from '../cases/members.ts';
import type { Desk } from '../desk.ts';
import { assignWithin } from '../shifts/assign.ts';
import { lockCase } from '../shifts/names.ts';
import { type Colleague, colleagueMeant } from '../shifts/people.ts';
import { sleepOf, snoozeWithin, wakeWithin } from '../shifts/snooze.ts';
import { nothingToUndo } from './dismissal.ts';
import type { Reader, UndoableRow } from './rows.ts';
import { laterThan, namesOf, whyLater } from './since.ts';

/* That a case was given to somebody, or put to sleep, taken back. */

type Row = UndoableRow & Readonly<{ action: 'assign' | 'snooze' }>;

/** As the audit log has them. */
const assignedSchema = z.object({ operator_id: z.number().nullable() });
const sleptSchema = z.object({
  until: z.iso.datetime({ offset: true }).nullable(),
  until_news: z.boolean(),
});

/** How it stood before, and is to stand again. */
type Plan =
  | Readonly<{ kind: 'assign'; to: Colleague | null }>
  | Readonly<{ kind: 'wake' }>
  | Readonly<{ kind: 'sleep'; until: Date | null; untilNews: boolean }>;

const NOT_KEPT = 'What undoing it takes isn’t in the audit log.';

/** @returns how it is to stand again, or why there is nothing to undo any more */
const planOf = async (
  client: Client,
  row: Row,
  found: CaseMembers,
  actor: Actor,
): Promise<Plan | string> => {
  const later = await laterThan(client, row, namesOf(found));
  if (later !== null) return whyLater(later);
  if (row.action === 'assign') {
    const before = assignedSchema.safeParse(row.before).data;
    if (before === undefined) return NOT_KEPT;
    try {
      const whose = before.operator_id ?? 'nobody';
      return { kind: 'assign', to: await colleagueMeant(client, actor, whose) };
    } catch (error) {
      // Whoever had it is disabled by now, or may have no cases any more.
      if (error instanceof SupportError) return error.message;
      throw error;
    }
  }
  if ((await sleepOf(client, found)) === null) return 'The snooze is over.';
  const before = sleptSchema.safeParse(row.before).data;
  if (before === undefined) return { kind: 'wake' };
  const until = before.until === null ? null : new Date(before.until);
  const isOver = until !== null && until.getTime() <= Date.now();
  return isOver ? { kind: 'wake' } : { kind: 'sleep', until, untilNews: before.until_news };
};

const doesOf = (plan: Plan): string => {
  switch (plan.kind) {
    case 'assign':
      return plan.to === null ? 'It is no one’s again.' : `It is ${plan.to.name}’s again.`;
    case 'wake':
      return 'It is in sight again.';
    case 'sleep':
      return plan.until === null
        ? 'It is snoozed until there is news again.'
        : `It is snoozed until ${plan.until.toISOString()} again.`;
    default:
      return plan satisfies never;
  }
};

/** What undoing it would do, in a sentence, or why it can't be any more. */
export const lookAtShift = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  row: Row,
  found: CaseMembers,
): Promise<{ does: string } | { whyNot: string }> => {
  const plan = await inTransaction(pool, client => planOf(client, row, found, actor));
  return typeof plan === 'string' ? { whyNot: plan } : { does: doesOf(plan) };
};

/** @throws SupportError `conflict` that says what happened since; DoneBeforeError */
export const undoShift = (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  row: Row,
  found: CaseMembers,
): Promise<{ auditId: number; told: string }> =>
  inTransactionWithRetries(pool, async client => {
    await lockCase(client, found);
    // Of a form that is sent twice, the second must not find that there is nothing to undo.
    for (const action of ['assign', 'snooze', 'end_snooze'] as const) {
      await insistOnNewRequest(client, actor, action, found.key);
    }
    const plan = await planOf(client, row, found, actor);
    if (typeof plan === 'string') throw nothingToUndo(plan);
    await carryOut(client, actor, found, plan, row.id);
    return { auditId: await newestId(client, found.key), told: doesOf(plan) };
  });

const carryOut = async (
  client: Client,
  actor: Actor,
  found: CaseMembers,
  plan: Plan,
  undone: number,
): Promise<void> => {
  switch (plan.kind) {
    case 'assign':
      await assignWithin(client, actor, found, plan.to, { undone });
      return;
    case 'wake':
      await wakeWithin(client, actor, found, { undone });
      return;
    case 'sleep':
      await snoozeWithin(client, actor, found, { ...plan, undone });
      return;
    default:
      plan satisfies never;
  }
};

/** Of the row that was just written, under the lock of the case. */
const newestId = async (on: Reader, target: string): Promise<number> => {
  const { rows } = await on.query<{ id: string }>(
    `select max(id) as id from reconciler.audit_log where target = $1 and tx = pg_current_xact_id()`,
    [target],
  );
  return Number(rows[0]?.id);
};
