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
  insistOnLease,
  type Refusal,
  readAgain,
  recordAsked,
  requestLooksAround,
  unknownToSeam,
} from './change.ts';
import { withAccountLease } from './lease.ts';

export type DeletionResult =
  | Refusal
  | (Aftermath &
      Readonly<{
        kind: 'deleted';
        /**
         * `gone_before`: Seam knew it no more. `still_shown`: Seam said yes, and goes on showing it. `not_read`: Seam
         * said yes, and didn't answer when it was asked again.
         */
        seam: 'deleted' | 'gone_before' | 'still_shown' | 'not_read';
        /** Whether it is deleted here, too. */
        agrees: boolean;
      }>);

/**
 * Has Seam delete an account, and looks at it, so that its link ends with history. To delete what is gone
 * is no fault. That a person asked for it is kept: it is as good as Seam's event, which may come late.
 *
 * @param accountId of an account, and nothing that leads to one
 * @param why for the audit log
 * @throws SupportError `not_allowed`, `conflict` while somebody else changes it, or DoneBeforeError when this very request was done before
 * @throws SeamError when Seam doesn't answer: then nobody knows whether it was done, and doing it again is safe
 */
export const deleteAccount = async (
  changer: AccountChanger,
  actor: Actor,
  accountId: string,
  why?: string,
): Promise<DeletionResult> => {
  insistOn(actor, 'delete_account');
  const { db, seam, signal, log } = changer;
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
  const deleted = await withAccountLease(db.$client, accountId, { signal, log }, async lease => {
    await recordAsked(db, actor, change);
    await insistOnLease(lease);
    const { value } = await seam.deleteConnectedAccount(accountId, signal);
    if (value === null && !isKnown) return null;
    const atSeam: AtSeam = value === null ? 'gone_before' : await whatStands(changer, accountId);
    const asked = await inTransactionWithRetries(db.$client, async client => {
      const requested = await requestLooksAround(client, changer, accountId);
      await noteDeletion(client, accountId);
      await recordChange(client, actor, { ...change, after: { seam: atSeam } });
      return requested;
    });
    return { atSeam, asked };
  });
  if (deleted === null) return unknownToSeam(accountId);
  const { atSeam, asked } = deleted;
  const aftermath = await awaitLooks(changer, accountId, asked);
  const stored = (await storedAccounts(db, [accountId])).get(accountId);
  return {
    kind: 'deleted',
    seam: atSeam,
    agrees: atSeam !== 'still_shown' && stored?.state === 'deleted' && stored.userId === null,
    ...aftermath,
  };
};

type AtSeam = Exclude<DeletionResult, Refusal>['seam'];

/** Seam's yes alone is no proof: it is asked whether it shows the account still. */
const whatStands = async (changer: AccountChanger, accountId: string): Promise<AtSeam> => {
  const shown = await readAgain(changer, accountId);
  if (shown === 'not_told') return 'not_read';
  return shown === null ? 'deleted' : 'still_shown';
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
