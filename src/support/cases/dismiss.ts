import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { dismissed, REOPENED } from '../../books/changes.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import { drizzle, eq } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import type { FailureReason, ReconciliationState } from '../../model/outcome.ts';
import { isStorable } from '../../seam/storable.ts';
import { noMatch, STATE_WORDS } from '../words/words.ts';
import { cleanNote, insertNote } from './notes.ts';

/** How a case stands after it was dismissed, or opened again. */
export type Standing = Readonly<{
  subject: string;
  state: ReconciliationState;
  reason: FailureReason | null;
}>;

type Dismisser = Readonly<{ pool: pg.Pool }>;

/** What a person may set aside: what waits for one, and what is still tried by itself. */
export const canBeDismissed = (state: ReconciliationState): boolean =>
  state === 'failed' || state === 'retrying';

/**
 * Sets a failed connection aside, with a note: nothing is owed of it any more, so it is tried no more by
 * itself, and neither healing, a replay nor the end of an outage brings it back. It opens again by itself
 * when it happens again: news of it is looked at as ever. A run that is under way ends as it ends: should it
 * settle the connection, that counts; should it fail, the dismissal stands.
 *
 * @param given.generation of the case as it was read: should there be news since, nothing is done
 * @throws SupportError `invalid` (why), `not_found`, `conflict` (news since), `refused` (nothing to dismiss),
 *   `not_allowed`; DoneBeforeError
 */
export const dismiss = async (
  { pool }: Dismisser,
  actor: Actor,
  subject: string,
  given: { why: string; generation?: number | undefined },
): Promise<Standing> => {
  insistOn(actor, 'dismiss');
  const why = cleanNote(given.why, 'why');
  return inTransactionWithRetries(pool, client =>
    dismissWithin(client, actor, subject, { ...given, why }),
  );
};

/** The same within a transaction, one of many that a bulk run dismisses. @param given.why a clean note */
export const dismissWithin = async (
  client: Client,
  actor: Actor,
  subject: string,
  given: { why: string; generation?: number | undefined; bulkRunId?: number },
): Promise<Standing> => {
  insistOn(actor, 'dismiss');
  const { why, bulkRunId } = given;
  const { state, reason, generation } = await lockStanding(client, subject);
  const after = { state: 'dismissed', reason } as const;
  const before = { state, reason };
  // First of all: of a form that is sent twice, the second must not find that there is nothing to dismiss.
  await recordChange(client, actor, {
    ...{ action: 'dismiss', target: subject, before, after, why },
    ...(bulkRunId === undefined ? {} : { bulkRunId }),
  });
  if (!canBeDismissed(state)) {
    const message = `Only a failed connection can be dismissed. This one’s state is "${STATE_WORDS[state].label}".`;
    throw new SupportError('refused', message);
  }
  if (given.generation !== undefined && given.generation !== generation) {
    const message = 'Something new has happened to it since. Review the case again.';
    throw new SupportError('conflict', message);
  }
  await client.query(
    `update reconciler.reconciliations r set ${dismissed('$2', '$3')} where subject = $1`,
    [subject, actor.name, why],
  );
  await insertNote(client, actor, subject, why);
  return { subject, ...after };
};

/**
 * Puts what was dismissed back among what needs attention, for the reason that it had failed for.
 *
 * @throws SupportError `not_found`, `refused` (it isn't dismissed), `not_allowed`; DoneBeforeError
 */
export const reopen = async (
  { pool }: Dismisser,
  actor: Actor,
  subject: string,
): Promise<Standing> => {
  insistOn(actor, 'dismiss');
  return inTransactionWithRetries(pool, async client => {
    const { state, reason } = await lockStanding(client, subject);
    const after = { state: 'failed', reason } as const;
    const before = { state, reason };
    await recordChange(client, actor, { action: 'reopen', target: subject, before, after });
    if (state !== 'dismissed') {
      const message = `Only a dismissed connection can be reopened. This one’s state is "${STATE_WORDS[state].label}".`;
      throw new SupportError('refused', message);
    }
    await client.query(`update reconciler.reconciliations r set ${REOPENED} where subject = $1`, [
      subject,
    ]);
    return { subject, ...after };
  });
};

/** @throws SupportError `not_found` */
const lockStanding = async (client: Client, subject: string) => {
  if (!isStorable(subject)) throw new SupportError('not_found', noMatch(subject));
  const [own] = await drizzle(client)
    .select({
      state: reconciliations.state,
      reason: reconciliations.reason,
      generation: reconciliations.generation,
    })
    .from(reconciliations)
    .where(eq(reconciliations.subject, subject))
    .for('update');
  if (own === undefined) throw new SupportError('not_found', noMatch(subject));
  return own;
};
