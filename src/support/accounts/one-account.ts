import type { Db } from '../../db/client.ts';
import { findAccountIds } from './accounts.ts';
import type { Refusal } from './change.ts';

/** The one account that an id leads to; one that we don't know may be Seam's all the same. */
export const oneAccount = async (db: Db, id: string): Promise<string | Refusal> => {
  const found = await findAccountIds(db, id);
  if (found.includes(id)) return id;
  const [only = id, ...others] = found;
  if (others.length === 0) return only;
  const fault = `"${id}" leads to ${found.length} accounts. Use the id of one: ${found.join(', ')}.`;
  return { kind: 'refused', why: 'not_one', faults: [fault] };
};
