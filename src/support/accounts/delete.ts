import { type Actor, insistOn } from '../../access/actor.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import { drizzle, sql } from '../../db/drizzle.ts';
import { connectedAccounts } from '../../db/schema.ts';
import { subjectOf } from '../../model/subject.ts';
import { findAccountIds, storedAccounts } from './accounts.ts';
import {
  type AccountChange,
  type AccountChanger,
  type Aftermath,
  awaitLooks,
  type Refusal,
  recordAsked,
  requestLooksAround,
  unknownToSeam,
} from './change.ts';

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
 * @param why for the audit log
 * @throws SupportError `not_allowed`, or DoneBeforeError when this very request was done before
 * @throws SeamError when Seam doesn't answer: then nobody knows whether it was done, and doing it again is safe
 */
export const deleteAccount = async (
  changer: AccountChanger,
  actor: Actor,
  accountId: string,
  why?: string,
): Promise<DeletionResult> => {
  insistOn(actor, 'delete_account');
  const { db, seam, signal } = changer;
  const found = await findAccountIds(db, accountId);
  const isKnown = found.includes(accountId);
  if (!isKnown && found.length > 0) {
    const fault = `"${accountId}" isn't an account id, but it leads to: ${found.join(', ')}. Use one of these.`;
    return { kind: 'refused', why: 'not_one', faults: [fault] };
  }
  const before = (await storedAccounts(db, [accountId])).get(accountId);
  const change: AccountChange = {
    action: 'delete_account',
    target: subjectOf('connected_account', accountId),
    before: { state: before?.state ?? null, user_id: before?.userId ?? null },
    why,
  };
  await recordAsked(db, actor, change);
  const { value } = await seam.deleteConnectedAccount(accountId, signal);
  if (value === null && !isKnown) return unknownToSeam(accountId);
  const atSeam = value === null ? 'gone_before' : 'deleted';
  const asked = await inTransactionWithRetries(db.$client, async client => {
    const requested = await requestLooksAround(client, changer, accountId);
    await noteDeletion(client, accountId);
    await recordChange(client, actor, { ...change, after: { seam: atSeam } });
    return requested;
  });
  const aftermath = await awaitLooks(changer, accountId, asked);
  const stored = (await storedAccounts(db, [accountId])).get(accountId);
  return {
    kind: 'deleted',
    seam: atSeam,
    agrees: stored?.state === 'deleted' && stored.userId === null,
    ...aftermath,
  };
};

/** Also of an account that we never knew: its row is as empty as that of one whose deletion Seam announced. */
const noteDeletion = async (client: Client, accountId: string): Promise<void> => {
  const nothing = { userIdentifier: {}, customMetadata: {}, errors: [], warnings: [] };
  await drizzle(client)
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
