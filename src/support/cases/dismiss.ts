import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { dismissed, REOPENED } from '../../books/changes.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import type { FailureReason, ReconciliationState } from '../../model/outcome.ts';
import { STATE_WORDS } from '../words/words.ts';
import { lockCase, othersBefore } from './locked.ts';
import { cleanNote, insertNote } from './notes.ts';

/** How a case stands after it was dismissed, or opened again. */
export type Standing = Readonly<{
  /** What the case is called by. */
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
 * @param name any name of the case: all of its subjects that can be are set aside
 * @param given.generation of the case as it was read: should there be news since, nothing is done
 * @throws SupportError `invalid` (why), `not_found`, `conflict` (news since), `refused` (nothing to dismiss),
 *   `not_allowed`; DoneBeforeError
 */
export const dismiss = async (
  { pool }: Dismisser,
  actor: Actor,
  name: string,
  given: { why: string; generation?: number | undefined },
): Promise<Standing> => {
  insistOn(actor, 'dismiss');
  const why = cleanNote(given.why, 'why');
  return inTransactionWithRetries(pool, client =>
    dismissWithin(client, actor, name, { ...given, why }),
  );
};

/** The same within a transaction, one of many that a bulk run dismisses. @param given.why a clean note */
export const dismissWithin = async (
  client: Client,
  actor: Actor,
  name: string,
  given: { why: string; generation?: number | undefined; bulkRunId?: number },
): Promise<Standing> => {
  insistOn(actor, 'dismiss');
  const { why, bulkRunId } = given;
  const { key, members, generation } = await lockCase(client, name);
  const [lead] = members;
  const toDismiss = members.filter(({ state }) => canBeDismissed(state));
  const { state, reason } = toDismiss[0] ?? lead;
  const after = { state: 'dismissed', reason } as const;
  // First of all: of a form that is sent twice, the second must not find that there is nothing to dismiss.
  await recordChange(client, actor, {
    action: 'dismiss',
    target: key,
    before: { state, reason, ...othersBefore(toDismiss) },
    after,
    why,
    ...(bulkRunId === undefined ? {} : { bulkRunId }),
  });
  if (toDismiss.length === 0) {
    const message = `Only a failed connection can be dismissed. This one’s state is "${STATE_WORDS[state].label}".`;
    throw new SupportError('refused', message);
  }
  if (given.generation !== undefined && given.generation !== generation) {
    const message = 'Something new has happened to it since. Review the case again.';
    throw new SupportError('conflict', message);
  }
  await client.query(
    `update reconciler.reconciliations r set ${dismissed('$2', '$3')} where subject = any($1)`,
    [toDismiss.map(({ subject }) => subject), actor.name, why],
  );
  await insertNote(client, actor, key, why);
  return { subject: key, ...after };
};

/**
 * Puts what was dismissed back among what needs attention, for the reason that it had failed for.
 *
 * @param name any name of the case: all of its subjects that are dismissed
 * @throws SupportError `not_found`, `refused` (it isn't dismissed), `not_allowed`; DoneBeforeError
 */
export const reopen = async (
  { pool }: Dismisser,
  actor: Actor,
  name: string,
): Promise<Standing> => {
  insistOn(actor, 'dismiss');
  return inTransactionWithRetries(pool, client => reopenWithin(client, actor, name));
};

const reopenWithin = async (client: Client, actor: Actor, name: string): Promise<Standing> => {
  const { key, members } = await lockCase(client, name);
  const [lead] = members;
  const toReopen = members.filter(({ state }) => state === 'dismissed');
  const { state, reason } = toReopen[0] ?? lead;
  const after = { state: 'failed', reason } as const;
  await recordChange(client, actor, {
    action: 'reopen',
    target: key,
    before: { state, reason, ...othersBefore(toReopen) },
    after,
  });
  if (toReopen.length === 0) {
    const message = `Only a dismissed connection can be reopened. This one’s state is "${STATE_WORDS[state].label}".`;
    throw new SupportError('refused', message);
  }
  await client.query(
    `update reconciler.reconciliations r set ${REOPENED} where subject = any($1)`,
    [toReopen.map(({ subject }) => subject)],
  );
  return { subject: key, ...after };
};
