import { SupportError } from '../../access/errors.ts';
import type { Db } from '../../db/client.ts';
import { desc, inArray } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import type { Subject } from '../../model/subject.ts';
import { isStorable } from '../../seam/storable.ts';
import { noMatch } from '../words/words.ts';
import { subjectsOf } from './find.ts';

/**
 * The case that an id (of a webview, an account, a user, an event, or a subject itself) leads to, where all that it
 * leads to is about one account: the subject itself, else what is in trouble, else the latest.
 *
 * @throws SupportError `not_found`; `refused` where it leads to several accounts: then with their ids
 */
export const findCase = async (db: Db, id: string): Promise<Subject> => {
  const subjects = isStorable(id) ? await subjectsOf(db.$client, id) : [];
  if (subjects.length === 0) throw new SupportError('not_found', noMatch(id));
  const cases = await db
    .select({
      subject: reconciliations.subject,
      state: reconciliations.state,
      accountId: reconciliations.connectedAccountId,
    })
    .from(reconciliations)
    .where(inArray(reconciliations.subject, subjects))
    .orderBy(desc(reconciliations.updatedAt));
  const exact = cases.find(({ subject }) => subject === id);
  if (exact !== undefined) return exact.subject as Subject;
  const accounts = new Set(cases.flatMap(({ accountId }) => accountId ?? []));
  if (accounts.size > 1) {
    throw new SupportError(
      'refused',
      `'${id}' leads to ${accounts.size} accounts. Use the id of one: ${[...accounts].join(', ')}.`,
    );
  }
  const withAccount = cases.filter(({ accountId }) => accountId !== null);
  const chosen =
    withAccount.find(({ state }) => state === 'failed' || state === 'retrying') ??
    withAccount[0] ??
    cases[0];
  if (chosen === undefined) throw new SupportError('not_found', noMatch(id));
  return chosen.subject as Subject;
};
