import type pg from 'pg';
import type { UserIdentity } from '../config/user-identity.ts';
import { endedByHand } from '../reconcile/ended.ts';
import { isErased as sqlIsErased, subjectsOfAccount } from '../reconcile/erased.ts';
import { askUserIdentity, readUserKeys } from '../reconcile/evidence.ts';
import type { Standing } from '../reconcile/facts.ts';
import {
  claimOf,
  type Evidence,
  otherIds,
  possibleKeys,
  rivalOf,
  type Saying,
  sayingsOf,
} from '../reconcile/identity.ts';
import type { Seam } from '../seam/client.ts';
import type { ConnectedAccount } from '../seam/resources.ts';
import { withRetries } from '../seam/with-retries.ts';
import type { UserDirectory } from '../users/directory.ts';
import type { Lookup } from '../users/id-type.ts';
import { findingOf } from './compare.ts';
import type { FindingKind } from './findings.ts';

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

type Sources = Readonly<{
  pool: pg.Pool;
  users: UserDirectory;
  identity: UserIdentity;
  /** How Seam is asked; with retries, as a rule. */
  asking?: typeof withRetries;
}>;

type Ours = {
  id: string;
  linked_user_id: string | null;
  is_by_hand: boolean;
  overrides: string | null;
  webview: Evidence['webview'];
  ended_by_hand: Standing['endedByHand'];
  is_erased: boolean;
};

/**
 * Compares one page of Seam's list with ours: one statement of ours and one of the users table for all of it. Seam is
 * asked for the user identities of those that have one, where a rule reads them.
 *
 * @throws SeamError when Seam doesn't answer, UsersTableError, and whatever Postgres throws
 */
export const compareListed = async (
  { pool, users, identity, asking: ask = withRetries }: Sources,
  seam: Pick<Seam, 'getUserIdentity'>,
  accounts: readonly ConnectedAccount[],
  signal: AbortSignal,
): Promise<Finding[]> => {
  const { rows } = await pool.query<Ours>({
    name: 'compare-listed',
    // Of the webviews that led to an account the newest counts, as in a run.
    text: `
      select asked.id, l.user_id as linked_user_id, l.overrides_claim as overrides,
             l.linked_by_audit is not null and l.confirmed_at is null as is_by_hand,
             ${endedByHand('asked.id')} as ended_by_hand,
             case when w.custom_metadata is not null then json_build_object(
               'customMetadata', w.custom_metadata, 'customerKey', w.customer_key) end as webview,
             coalesce(${sqlIsErased('a', subjectsOfAccount('asked.id'))}, false) as is_erased
        from unnest($1::text[]) as asked(id)
        left join reconciler.connected_accounts a on a.connected_account_id = asked.id
        left join reconciler.links l on l.connected_account_id = asked.id and l.unlinked_at is null
        left join lateral (
          select custom_metadata, customer_key from reconciler.connect_webviews
           where connected_account_id = asked.id
           order by seam_created_at desc nulls last limit 1
        ) w on true`,
    values: [accounts.map(account => account.connectedAccountId)],
  });
  const ours = new Map(rows.map(row => [row.id, row]));
  const shown = accounts.map(account => {
    const own = ours.get(account.connectedAccountId);
    return { account, own, webview: own?.webview ?? null };
  });
  const userKeys = await readUserKeys(
    pool,
    shown.flatMap(each => possibleKeys(each, identity)),
  );
  const claimed: Claimed[] = [];
  for (const { account, own, webview } of shown) {
    const userIdentityKey = await ask(
      asking => askUserIdentity(seam, account, identity, asking),
      signal,
    );
    const evidence = { account, webview, userKeys, userIdentityKey };
    claimed.push({
      listed: account,
      sayings: sayingsOf(evidence, identity),
      linkedUserId: own?.linked_user_id ?? null,
      byHand: own?.is_by_hand ? { overrides: own.overrides } : null,
      endedByHand: own?.ended_by_hand ?? null,
      isErased: own?.is_erased ?? false,
    });
  }
  return judge(users, claimed, identity);
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
      rival: null,
      linkedUserId,
      byHand: null,
      endedByHand: null,
      linkedUserExists: true,
      deletionAnnounced,
      isGone,
      isErased: false,
    }),
  }));

const NONE: Lookup = { kind: 'none' };

type Claimed = Readonly<{
  listed: ConnectedAccount;
  sayings: readonly Saying[];
  linkedUserId: string | null;
  byHand: Standing['byHand'];
  endedByHand: Standing['endedByHand'];
  isErased: boolean;
}>;

const judge = async (
  users: UserDirectory,
  claimed: readonly Claimed[],
  identity: UserIdentity,
): Promise<Finding[]> => {
  const ids = claimed.flatMap(({ sayings, linkedUserId }) => [
    ...sayings.flatMap(said => (said.kind === 'named' ? [said.id] : [])),
    ...(linkedUserId === null ? [] : [linkedUserId]),
  ]);
  const found = await users.findAll([...new Set(ids)]);
  return claimed.map(({ listed, sayings, linkedUserId, byHand, endedByHand: ended, isErased }) => {
    const claim = claimOf(sayings, identity);
    const user = claim.kind === 'named' ? (found.get(claim.id) ?? NONE) : NONE;
    const others = new Map(otherIds(sayings).map(id => [id, found.get(id) ?? NONE]));
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
        rival: rivalOf(sayings, user, others, identity),
        linkedUserId,
        byHand,
        endedByHand: ended,
        linkedUserExists: linkedUser.kind === 'found',
        deletionAnnounced: false,
        isGone: false,
        isErased,
      }),
    };
  });
};
