import type { Db } from '../db/client.ts';
import { sql } from '../db/drizzle.ts';
import { connectedAccounts } from '../db/schema.ts';
import {
  type AccountChanger,
  type Aftermath,
  lookAround,
  notFound,
  type Refusal,
} from './account-change.ts';
import { findAccountIds, storedAccounts } from './accounts.ts';

export type DeletionResult =
  | Refusal
  | (Aftermath &
      Readonly<{
        kind: 'deleted';
        /** `gone_before`: Seam knew it no more. */
        seam: 'deleted' | 'gone_before';
        /** Whether it is deleted here, too. */
        agrees: boolean;
      }>);

/**
 * Has Seam delete an account, and looks at it, so that its link ends with history. To delete what is gone
 * is no fault. That a person asked for it is kept: it is as good as Seam's event, which may come late.
 *
 * @param accountId of an account, and nothing that leads to one
 * @throws SeamError when Seam doesn't answer: then nobody knows whether it was done, and doing it again is safe
 */
export const deleteAccount = async (
  changer: AccountChanger,
  accountId: string,
): Promise<DeletionResult> => {
  const { db, seam, signal } = changer;
  const found = await findAccountIds(db, accountId);
  const isKnown = found.includes(accountId);
  if (!isKnown && found.length > 0) {
    const fault = `"${accountId}" is no account's id, but leads to: ${found.join(', ')}. Give one of these.`;
    return { kind: 'refused', why: 'not_one', faults: [fault] };
  }
  const { value } = await seam.deleteConnectedAccount(accountId, signal);
  if (value === null && !isKnown) return notFound(accountId);
  await noteDeletion(db, accountId);
  const aftermath = await lookAround(changer, accountId);
  const stored = (await storedAccounts(db, [accountId])).get(accountId);
  return {
    kind: 'deleted',
    seam: value === null ? 'gone_before' : 'deleted',
    agrees: stored?.state === 'deleted' && stored.userId === null,
    ...aftermath,
  };
};

/** Also of an account that we never knew: its row is as empty as that of one whose deletion Seam announced. */
const noteDeletion = async (db: Db, accountId: string): Promise<void> => {
  const nothing = { userIdentifier: {}, customMetadata: {}, errors: [], warnings: [] };
  await db
    .insert(connectedAccounts)
    .values({
      connectedAccountId: accountId,
      ...nothing,
      acceptedCapabilities: [],
      deletionRequestedAt: sql`now()`,
      readByRun: 0,
    })
    .onConflictDoUpdate({
      target: connectedAccounts.connectedAccountId,
      set: { deletionRequestedAt: sql`now()` },
    });
};
