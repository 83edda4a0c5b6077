import { decide } from '../reconcile/decide.ts';
import type { Facts, Standing } from '../reconcile/facts.ts';
import type { Claim } from '../reconcile/identity.ts';
import type { Verdict } from '../reconcile/verdict.ts';
import type { ConnectedAccount } from '../seam/resources.ts';
import type { Lookup } from '../users/id-type.ts';
import { FINDINGS, type FindingKind } from './findings.ts';

/** What a comparison knows of one account: what Seam lists of it, and what we have. */
export type Account = Readonly<{
  /** Null: Seam does not list it. */
  listed: ConnectedAccount | null;
  claim: Claim;
  /** Our table's answer for the claimed id; `none` where there is no id to look up. */
  user: Lookup;
  /** Who else is named, by a later rule: as in `Facts`. */
  rival: Facts['rival'];
  linkedUserId: string | null;
  /** Where a person made that link: as in `Standing`. */
  byHand: Standing['byHand'];
  /** Where a person ended the last one: as in `Standing`. */
  endedByHand: Standing['endedByHand'];
  /** Whether the user whom it is linked to is (still) in our table. */
  linkedUserExists: boolean;
  /** Whether Seam or a person here has announced that it is deleted. */
  deletionAnnounced: boolean;
  /** Whether a comparison before this one, of long enough ago, did not find it either, and nobody has since. */
  isGone: boolean;
  /** Whether what is known of its person was erased, and stays so. */
  isErased: boolean;
}>;

/**
 * Compares one account at Seam with ours. Pure. What is right is for the reconciler's own `decide` to say:
 * so `--fix` does what the comparison announces.
 */
export const findingOf = (account: Account): FindingKind => {
  const { linkedUserId, linkedUserExists } = account;
  const kind = whatWouldBeDone(decide(toFacts(account), toStanding(account)), account);
  // Unless it is about to be mended: whose link names a user who is gone is nobody's.
  const stays = FINDINGS[kind].is !== 'mendable' && account.listed !== null && kind !== 'erased';
  return stays && linkedUserId !== null && !linkedUserExists ? 'linked_to_nobody' : kind;
};

const toFacts = ({ listed, claim, user, rival }: Account) => ({
  subjectKind: 'connected_account' as const,
  webview: 'not_asked' as const,
  connectedAccountId: listed?.connectedAccountId ?? null,
  account: listed,
  claim,
  user,
  rival,
  requestId: null,
});

const toStanding = ({
  linkedUserId,
  byHand,
  endedByHand,
  deletionAnnounced,
  isGone,
  isErased,
}: Account) => ({
  linkedUserId,
  byHand,
  endedByHand,
  isProvisional: false,
  accountChanged: false,
  deletionAnnounced: deletionAnnounced ? ('earlier' as const) : ('no' as const),
  isGone: isGone && !deletionAnnounced,
  reauthorizationRequested: false,
  isErased,
  superseded: false,
  otherOwner: null,
  isMisheld: false,
});

const whatWouldBeDone = (verdict: Verdict, account: Account): FindingKind => {
  switch (verdict.kind) {
    case 'superseded':
      throw new TypeError('nothing supersedes a comparison');
    case 'settled':
      return ofOutcome(verdict.outcome, account);
    case 'failed':
      return ofFailure(verdict.reason);
    default:
      return verdict satisfies never;
  }
};

type Outcome = Extract<Verdict, { kind: 'settled' }>['outcome'];
type Reason = Extract<Verdict, { kind: 'failed' }>['reason'];

const ofOutcome = (outcome: Outcome, { linkedUserId, byHand, isErased }: Account): FindingKind => {
  switch (outcome) {
    case 'linked':
      return 'not_linked';
    case 'relinked':
      return 'names_another_user';
    case 'already_linked':
    case 'account_updated':
      return 'linked_right';
    case 'kept':
      if (isErased) return 'erased';
      return byHand === null ? 'link_kept' : 'linked_by_hand';
    case 'left_unlinked':
      return 'ended_by_hand';
    case 'account_deleted':
      return linkedUserId === null ? 'deleted' : 'deleted_but_linked';
    case 'account_gone':
      return 'gone';
    case 'login_failed':
      throw new TypeError('an account has no login of its own');
    default:
      return outcome satisfies never;
  }
};

const ofFailure = (reason: Reason): FindingKind => {
  switch (reason) {
    case 'account_not_found':
      return 'unknown_to_seam';
    case 'metadata_id_missing':
      return 'no_metadata';
    case 'metadata_id_invalid':
      return 'metadata_invalid';
    case 'user_not_found':
      return 'names_nobody';
    case 'conflict':
      return 'names_two_users';
    default:
      throw new TypeError(`a comparison can't come to ${reason}`);
  }
};

/** What `--fix` would change, in words; null for what it leaves alone. */
export const changeOf = (finding: {
  kind: FindingKind;
  linkedUserId: string | null;
  claimedUserId: string | null;
}): string | null => {
  switch (finding.kind) {
    case 'not_linked':
      return `link it to ${finding.claimedUserId}`;
    case 'names_another_user':
      return `move its link from ${finding.linkedUserId} to ${finding.claimedUserId}`;
    case 'deleted_but_linked':
      return `end its link to ${finding.linkedUserId}`;
    case 'gone':
      return finding.linkedUserId === null
        ? 'close its case'
        : `end its link to ${finding.linkedUserId}`;
    default:
      return null;
  }
};
