import type { SubjectKind } from '../model/subject.ts';
import type { ConnectedAccount, ConnectWebview } from '../seam/resources.ts';
import type { Lookup } from '../users/id-type.ts';
import type { Claim, Rival } from './identity.ts';

/**
 * What a run has read, before anything is decided. `null` means "the source answered: there is none";
 * an outage throws and never becomes a fact. `not_asked` means that the answer was not needed.
 */
export type Facts = Readonly<{
  subjectKind: Exclude<SubjectKind, 'delivery'>;
  webview: ConnectWebview | null | 'not_asked';
  /** The account that was asked for; null where nothing names one. */
  connectedAccountId: string | null;
  account: ConnectedAccount | null | 'not_asked';
  claim: Claim;
  /** Their table's answer for the claimed id; `none` where there is no id to look up. */
  user: Lookup;
  /** Who else is named, by a later rule; null: nobody is. */
  rival: Rival | null;
  /** Of Seam's last answer. */
  requestId: string | null;
}>;

/** Whether Seam has shown it: the key that it was asked with is of its workspace. */
export const isShown = <Seen extends object>(seen: Seen | null | 'not_asked'): seen is Seen =>
  typeof seen === 'object' && seen !== null;

/** How things stand with us, read under a lock in the transaction that will write. */
export type Standing = Readonly<{
  /** The user whom the account is linked to now. */
  linkedUserId: string | null;
  /** Whether that link was made from a signed event, and Seam has not been asked about it since. */
  isProvisional: boolean;
  /**
   * Of a link that a person made, and that Seam has not confirmed since: what Seam said then (as
   * `claimText` has it; null: that was not known).
   */
  byHand: Readonly<{ overrides: string | null }> | null;
  /** Of an account that nobody has because a person unlinked it; null where nobody did, or that counts no more. */
  endedByHand: EndedByHand | null;
  /** Whether what Seam shows of the account differs from what we have stored; false when we have nothing. */
  accountChanged: boolean;
  /**
   * Whether Seam (or a person here, by having it deleted) has said that the account is deleted; `no` again once
   * that is spent (see announced.ts).
   */
  deletionAnnounced: 'no' | 'just_now' | 'earlier';
  /**
   * Whether comparisons found that Seam no longer lists the account, twice in a row, and it was let go for that
   * (drift/): without a word of Seam's or of a person's that it is deleted.
   */
  isGone: boolean;
  /** Whether an event asked for a new authorization that the account itself can't show, and none came. */
  reauthorizationRequested: boolean;
  /** Whether what is known of its person was erased, and nothing has been heard of it since (erased.ts). */
  isErased: boolean;
  /** A run of another subject that began to read later has already written to the same account. */
  superseded: boolean;
  /** The workspace that Seam has shown the account to, where that isn't the run's own; else null. */
  otherOwner: string | null;
  /** Whether the account's own case, that isn't the run's, is taken for another workspace's. */
  isMisheld: boolean;
}>;

/** That a person unlinked an account. */
type EndedByHand = Readonly<{
  /** Whose it was. */
  userId: string;
  /** What the metadata said then, as `claimText` has it; or UNKNOWN_CLAIM. */
  claim: string;
  /** When, in ms since 1970. */
  atMs: number;
}>;

/** What is kept in its place where nobody knew what the metadata said. */
export const UNKNOWN_CLAIM = 'unknown';

/** What stands in place of the id of a user who was erased (support/erasure). */
export const isPseudonym = (userId: string): boolean => /^erased:[0-9a-f]{24}$/.test(userId);
