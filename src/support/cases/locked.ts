import { SupportError } from '../../access/errors.ts';
import type { Client } from '../../db/client.ts';
import { asc, drizzle, inArray } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import { STATES_BY_WEIGHT } from '../../model/case.ts';
import type { FailureReason, ReconciliationState } from '../../model/outcome.ts';
import type { Subject } from '../../model/subject.ts';
import { isStorable } from '../../seam/storable.ts';
import { noMatch } from '../words/words.ts';
import { type CaseMembers, caseNamed } from './members.ts';

/** A subject of a case, as it stands under its lock. */
export type Member = Readonly<{
  subject: Subject;
  state: ReconciliationState;
  reason: FailureReason | null;
  generation: number;
}>;

/** A case with all of its subjects locked. */
export type LockedMembers = Pick<CaseMembers, 'key'> &
  Readonly<{
    /** What says most of it first. */
    members: readonly [Member, ...Member[]];
    /** Of all of them together: more than somebody has read is news since. */
    generation: number;
  }>;

/**
 * Locks a case: all of its subjects, in the order of their keys, as everywhere.
 *
 * @param text any name of it
 * @throws SupportError `not_found`
 */
export const lockCase = async (client: Client, text: string): Promise<LockedMembers> => {
  if (!isStorable(text)) throw new SupportError('not_found', noMatch(text));
  const { key, subjects } = await caseNamed(client, text);
  const rows = await drizzle(client)
    .select({
      subject: reconciliations.subject,
      state: reconciliations.state,
      reason: reconciliations.reason,
      generation: reconciliations.generation,
    })
    .from(reconciliations)
    .where(inArray(reconciliations.subject, [...subjects]))
    .orderBy(asc(reconciliations.subject))
    .for('update');
  const [first, ...others] = (rows as Member[]).toSorted(
    (one, other) =>
      STATES_BY_WEIGHT.indexOf(one.state) - STATES_BY_WEIGHT.indexOf(other.state) ||
      subjects.indexOf(one.subject) - subjects.indexOf(other.subject),
  );
  // Removed by age, meanwhile.
  if (first === undefined) throw new SupportError('not_found', noMatch(text));
  const members: [Member, ...Member[]] = [first, ...others];
  return { key, members, generation: members.reduce((sum, each) => sum + each.generation, 0) };
};

/** How the subjects stood that a change took with it, for whoever takes it back; nothing where it was the one. */
export const othersBefore = (
  changed: readonly Member[],
): { undo?: { members: Pick<Member, 'subject' | 'state' | 'reason'>[] } } =>
  changed.length < 2
    ? {}
    : {
        undo: {
          members: changed.map(({ subject, state, reason }) => ({ subject, state, reason })),
        },
      };
