import type { UserIdentity } from '../../config/user-identity.ts';
import type { Client, Db } from '../../db/client.ts';
import { and, drizzle, eq, isNotNull, isNull, sql } from '../../db/drizzle.ts';
import { links } from '../../db/schema.ts';
import { readOwnership } from '../../reconcile/evidence.ts';
import { claimText } from '../../reconcile/identity.ts';
import type { AccountChanges } from '../../seam/account-changes.ts';
import type { ConnectedAccount } from '../../seam/resources.ts';
import type { UserDirectory } from '../../users/directory.ts';
import type { AccountChanger, Refusal } from './change.ts';

/*
 * Whoever says at Seam whose an account is says more than what was linked or unlinked by hand before. So it is looked
 * first whether all that Seam says, then, comes to that user.
 */

type Updater = Pick<AccountChanger, 'db' | 'seam' | 'signal'> &
  Readonly<{ users: UserDirectory; identity: UserIdentity }>;

/**
 * What Seam would say of an account once it is changed.
 *
 * @param user whose the account is to be, as their table spells it
 * @returns that, as `claimText` has it; a refusal where another rule would have its way, unless a person has linked
 * the account to that very user: that link then stands
 * @throws SeamError, UsersTableError, and whatever the database throws
 */
export const claimAfter = async (
  { db, seam, users, identity, signal }: Updater,
  user: string,
  shown: ConnectedAccount,
  { customMetadata = {}, customerKey = shown.customerKey ?? undefined }: AccountChanges,
): Promise<string | Refusal> => {
  const { connectedAccountId } = shown;
  const account = { ...shown, customMetadata, customerKey: customerKey ?? null };
  const {
    claim,
    user: named,
    rival,
  } = await readOwnership(
    { pool: db.$client, seam, users, identity },
    { connectedAccountId, account, webview: null },
    signal,
  );
  const text = claimText(claim);
  const isTheirs = named.kind === 'found' && named.userId === user;
  if (isTheirs && rival?.settledBy !== 'person') return text;
  if (await isLinkedByHand(db, connectedAccountId, user)) return text;
  const why =
    isTheirs && rival !== null
      ? `The rule ${rival.rule} of USER_IDENTITY names another user for this account, and a person decides then (USER_IDENTITY_CONFLICT).`
      : `The rule ${claim.kind === 'missing' ? '' : claim.rule} of USER_IDENTITY comes first for this account, and doesn't name that user.`;
  return { kind: 'refused', why: 'named_otherwise', faults: [why, WHAT_HELPS] };
};

const WHAT_HELPS =
  'Nothing was done. Link the account to the user by hand first, or change in Seam what that rule reads.';

/** The link of an account that a person made, and that Seam has not confirmed since. */
const linkByHandOf = (accountId: string) =>
  and(
    eq(links.connectedAccountId, accountId),
    isNull(links.unlinkedAt),
    isNotNull(links.linkedByChange),
    isNull(links.confirmedAt),
  );

const isLinkedByHand = async (db: Db, accountId: string, user: string): Promise<boolean> => {
  const [link] = await db
    .select({ userId: links.userId })
    .from(links)
    .where(linkByHandOf(accountId));
  return link?.userId === user;
};

/**
 * Within the transaction that notes the change: a link by hand to that user stands for as long as Seam says what it
 * says now; what was linked to others by hand, or unlinked, counts no more.
 *
 * @param claim as `claimAfter` has it
 */
export const letTheChangeDecide = async (
  client: Client,
  accountId: string,
  user: string,
  claim: string,
): Promise<void> => {
  const tx = drizzle(client);
  await tx
    .update(links)
    .set({ overridesClaim: sql`case when ${links.userId} = ${user} then ${claim} end` })
    .where(linkByHandOf(accountId));
  await tx
    .update(links)
    .set({ unlinkedClaim: null })
    .where(and(eq(links.connectedAccountId, accountId), isNotNull(links.unlinkedClaim)));
};
