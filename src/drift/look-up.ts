import type pg from 'pg';
import { isErased as sqlIsErased, subjectsOfAccount } from '../reconcile/erased.ts';
import { type Claim, readClaim, type Standing } from '../reconcile/facts.ts';
import type { ConnectedAccount } from '../seam/resources.ts';
import type { UserDirectory } from '../users/directory.ts';
import type { Lookup } from '../users/id-type.ts';
import { type FindingKind, findingOf } from './compare.ts';

/** What came of comparing one account. */
export type Finding = Readonly<{
  connectedAccountId: string;
  kind: FindingKind;
  linkedUserId: string | null;
  /** The id that the metadata name, as our users table spells it where it knows it. */
  claimedUserId: string | null;
  /** Whose it is, of an account that no list has; else it is of the workspace whose list is read. */
  workspaceId?: string | null;
}>;

type Sources = Readonly<{ pool: pg.Pool; users: UserDirectory; userMetadataKey: string }>;

type Ours = {
  id: string;
  linked_user_id: string | null;
  is_by_hand: boolean;
  overrides: string | null;
  webview_metadata: Record<string, unknown> | null;
  is_erased: boolean;
};

/** Compares one page of Seam's list with ours: one statement of ours and one of the users table for all of it. */
export const compareListed = async (
  { pool, users, userMetadataKey }: Sources,
  accounts: readonly ConnectedAccount[],
): Promise<Finding[]> => {
  const { rows } = await pool.query<Ours>({
    name: 'compare-listed',
    // Of the webviews that led to an account the newest counts, as in a run.
    text: `
      select asked.id, l.user_id as linked_user_id, l.overrides_claim as overrides,
             l.linked_by_audit is not null and l.confirmed_at is null as is_by_hand,
             w.custom_metadata as webview_metadata,
             coalesce(${sqlIsErased('a', subjectsOfAccount('asked.id'))}, false) as is_erased
        from unnest($1::text[]) as asked(id)
        left join reconciler.connected_accounts a on a.connected_account_id = asked.id
        left join reconciler.links l on l.connected_account_id = asked.id and l.unlinked_at is null
        left join lateral (
          select custom_metadata from reconciler.connect_webviews
           where connected_account_id = asked.id
           order by seam_created_at desc nulls last limit 1
        ) w on true`,
    values: [accounts.map(account => account.connectedAccountId)],
  });
  const ours = new Map(rows.map(row => [row.id, row]));
  const claimed = accounts.map(account => {
    const own = ours.get(account.connectedAccountId);
    const webview = own?.webview_metadata ? { customMetadata: own.webview_metadata } : null;
    return {
      listed: account,
      claim: readClaim(account, webview, userMetadataKey),
      linkedUserId: own?.linked_user_id ?? null,
      byHand: own?.is_by_hand ? { overrides: own.overrides } : null,
      isErased: own?.is_erased ?? false,
    };
  });
  return judge(users, claimed);
};

/** What only we have: accounts that Seam did not list. */
export type Leftover = Readonly<{
  connectedAccountId: string;
  linkedUserId: string | null;
  deletionAnnounced: boolean;
  workspaceId: string | null;
  /** Whether we had it as one that lives, and the list of its workspace was read to the end. */
  isLiving: boolean;
  isMissing: boolean;
  /** As in `Account`. */
  isGone: boolean;
}>;

/** @returns what there is to say of each of them */
export const compareLeftovers = (leftovers: readonly Leftover[]): Finding[] =>
  leftovers.map(({ connectedAccountId, linkedUserId, workspaceId, deletionAnnounced, isGone }) => ({
    connectedAccountId,
    linkedUserId,
    workspaceId,
    claimedUserId: null,
    kind: findingOf({
      listed: null,
      claim: { kind: 'missing' },
      user: { kind: 'none' },
      linkedUserId,
      byHand: null,
      linkedUserExists: true,
      deletionAnnounced,
      isGone,
      isErased: false,
    }),
  }));

const NONE: Lookup = { kind: 'none' };

const judge = async (
  users: UserDirectory,
  claimed: readonly Readonly<{
    listed: ConnectedAccount;
    claim: Claim;
    linkedUserId: string | null;
    byHand: Standing['byHand'];
    isErased: boolean;
  }>[],
): Promise<Finding[]> => {
  const ids = claimed.flatMap(({ claim, linkedUserId }) => [
    ...(claim.kind === 'named' ? [claim.id] : []),
    ...(linkedUserId === null ? [] : [linkedUserId]),
  ]);
  const found = await users.findAll([...new Set(ids)]);
  return claimed.map(({ listed, claim, linkedUserId, byHand, isErased }) => {
    const user = claim.kind === 'named' ? (found.get(claim.id) ?? NONE) : NONE;
    const linkedUser = linkedUserId === null ? NONE : (found.get(linkedUserId) ?? NONE);
    const named = claim.kind === 'named' ? claim.id : null;
    const claimedUserId = user.kind === 'found' ? user.userId : named;
    return {
      connectedAccountId: listed.connectedAccountId,
      linkedUserId,
      claimedUserId: isErased ? null : claimedUserId,
      kind: findingOf({
        listed,
        claim,
        user,
        linkedUserId,
        byHand,
        linkedUserExists: linkedUser.kind === 'found',
        deletionAnnounced: false,
        isGone: false,
        isErased,
      }),
    };
  });
};
