import { SupportError } from '../../access/errors.ts';
import type { Db } from '../../db/client.ts';
import { desc, inArray } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import type { Subject } from '../../model/subject.ts';
import { subjectsOf } from '../cases/find.ts';
import { noMatch } from '../words/words.ts';
import { accountToLink } from './lock.ts';

/**
 * The case that an id (of a webview, an account, a user, an event, or a subject itself) leads to, where all that it
 * leads to is about one account.
 *
 * @throws SupportError `not_found`; `refused` where there is no account yet, or several: then with their ids
 */
export const findCaseToLink = async (db: Db, id: string): Promise<Subject> => {
  const subjects = await subjectsOf(db.$client, id);
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
  const accounts = new Set(cases.flatMap(({ accountId }) => accountId ?? []));
  if (accounts.size > 1) {
    throw new SupportError(
      'refused',
      `'${id}' leads to ${accounts.size} accounts. Use the id of one: ${[...accounts].join(', ')}.`,
    );
  }
  const withAccount = cases.filter(({ accountId }) => accountId !== null);
  const chosen =
    cases.find(({ subject }) => subject === id) ??
    withAccount.find(({ state }) => state === 'failed' || state === 'retrying') ??
    withAccount[0] ??
    cases[0];
  if (chosen === undefined) throw new SupportError('not_found', noMatch(id));
  const subject = chosen.subject as Subject;
  await accountToLink(db, subject); // Says what to do where there is none.
  return subject;
};
