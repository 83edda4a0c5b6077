import type { Db } from '../../db/client.ts';
import type { Subject } from '../../model/subject.ts';
import { findCase } from '../cases/find-case.ts';
import { accountToLink } from './lock.ts';

/**
 * The case that an id (of a webview, an account, a user, an event, or a subject itself) leads to, where all that it
 * leads to is about one account.
 *
 * @throws SupportError `not_found`; `refused` where there is no account yet, or several: then with their ids
 */
export const findCaseToLink = async (db: Db, id: string): Promise<Subject> => {
  const subject = await findCase(db, id);
  await accountToLink(db, subject); // Says what to do where there is none.
  return subject;
};
