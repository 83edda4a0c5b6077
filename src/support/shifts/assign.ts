import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import { type CaseMembers, caseNamed } from '../cases/members.ts';
import type { Assigned } from './conditions.ts';
import { lockCase, namesOfCase } from './names.ts';
import { type Colleague, colleagueMeant } from './people.ts';

/** Whose a case is after it was assigned. */
export type Assignment = Readonly<{ case: string; operatorId: number | null; name: string | null }>;

/** Whose it was as the page (or the preview) showed it; null: nobody's. Left out: whoever has it. */
type Had = Readonly<{
  had?: number | null | undefined;
  bulkRunId?: number;
  /** The change that this takes back, of the audit log. */
  undone?: number;
}>;

/**
 * Makes a case somebody's to look after, or nobody's. Where it is so already, nothing is changed.
 *
 * @param named any subject of the case, or what it is called by
 * @param given.had whose it was as it was read: should somebody have been faster, nothing is done
 * @throws SupportError `not_found`, `invalid` (to), `conflict` (somebody was faster), `not_allowed`; DoneBeforeError
 */
export const assign = async (
  { pool }: Readonly<{ pool: pg.Pool }>,
  actor: Actor,
  named: string,
  given: Readonly<{ to: Assigned }> & Had,
): Promise<Assignment> => {
  insistOn(actor, 'assign');
  return inTransactionWithRetries(pool, async client => {
    const found = await caseNamed(client, named);
    const to = await colleagueMeant(client, actor, given.to);
    return assignWithin(client, actor, found, to, given);
  });
};

/** The same within a transaction, for whoever may. @throws SupportError `conflict`; DoneBeforeError */
export const assignWithin = async (
  client: Client,
  actor: Actor,
  found: CaseMembers,
  to: Colleague | null,
  { had, bulkRunId, undone }: Had = {},
): Promise<Assignment> => {
  await lockCase(client, found);
  const before = await assigneeOf(client, found);
  const assignment = { case: found.key, operatorId: to?.id ?? null, name: to?.name ?? null };
  if ((before?.id ?? null) === assignment.operatorId) return assignment;
  await recordChange(client, actor, {
    action: 'assign',
    target: found.key,
    before: toldOf(before),
    after: { ...toldOf(to), ...(undone === undefined ? {} : { undone }) },
    ...(bulkRunId === undefined ? {} : { bulkRunId }),
  });
  if (had !== undefined && had !== (before?.id ?? null)) {
    const now = before === null ? 'nobody’s' : `${before.name}’s`;
    const message = `Someone was faster: the case is ${now} by now. Review it again.`;
    throw new SupportError('conflict', message);
  }
  await client.query(
    `with others as (delete from reconciler.assignments where subject = any($1) and subject <> $2)
     insert into reconciler.assignments (subject, operator_id, assigned_by, assigned_at)
     values ($2, $3, $4, clock_timestamp())
         on conflict (subject) do update
        set operator_id = excluded.operator_id, assigned_by = excluded.assigned_by,
            assigned_at = excluded.assigned_at`,
    [namesOfCase(found), found.key, assignment.operatorId, actor.name],
  );
  return assignment;
};

/** As the audit log has it; whoever undoes it reads it from there. */
const toldOf = (to: Colleague | null) => ({
  assignee: to?.name ?? null,
  operator_id: to?.id ?? null,
});

const assigneeOf = async (client: Client, found: CaseMembers): Promise<Colleague | null> => {
  const { rows } = await client.query<Colleague>(
    `select o.id::int, o.name from
       (select operator_id from reconciler.assignments where subject = any($1)
         order by assigned_at desc, subject limit 1) latest
       join reconciler.operators o on o.id = latest.operator_id`,
    [namesOfCase(found)],
  );
  return rows[0] ?? null;
};
