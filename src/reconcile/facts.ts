import type { SubjectKind } from '../model/subject.ts';
import { MAX_VALUE_LENGTH } from '../seam/metadata.ts';
import type { ConnectedAccount, ConnectWebview } from '../seam/resources.ts';
import { REPLACEMENT } from '../seam/storable.ts';
import type { Lookup } from '../users/id-type.ts';

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
  /** Of Seam's last answer. */
  requestId: string | null;
}>;

/** Whether Seam has shown it: the key that it was asked with is of its workspace. */
export const isShown = <Seen extends object>(seen: Seen | null | 'not_asked'): seen is Seen =>
  typeof seen === 'object' && seen !== null;

/** Whose the metadata say that the account is. */
export type Claim =
  | { kind: 'missing' }
  | { kind: 'invalid'; why: string }
  | { kind: 'named'; id: string; by: 'account' | 'webview' };

/** How things stand with us, read under a lock in the transaction that will write. */
export type Standing = Readonly<{
  /** The user whom the account is linked to now. */
  linkedUserId: string | null;
  /** Whether that link was made from a signed event, and Seam has not been asked about it since. */
  isProvisional: boolean;
  /**
   * Of a link that a person made, and that Seam has not confirmed since: what the metadata said then (as
   * `claimText` has it; null: that was not known).
   */
  byHand: Readonly<{ overrides: string | null }> | null;
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

/** A claim as it is kept beside a link by hand: two of the same text say the same. */
export const claimText = (claim: Claim): string =>
  claim.kind === 'named' ? `named:${claim.id}` : claim.kind;

/**
 * Reads the user id out of the metadata: the account's, or the webview's where the account has none.
 * Where both have one and they differ, the account's wins.
 * Source: Seam's guide "Attaching custom data to the Connect Webview": values are strings of up to
 * 500 characters, or booleans.
 */
export const readClaim = (
  account: Pick<ConnectedAccount, 'customMetadata'> | null,
  webview: Pick<ConnectWebview, 'customMetadata'> | null,
  key: string,
): Claim => {
  const ofAccount = ownValue(account?.customMetadata, key);
  if (ofAccount !== undefined) return toClaim(ofAccount, 'account');
  const ofWebview = ownValue(webview?.customMetadata, key);
  return ofWebview === undefined ? { kind: 'missing' } : toClaim(ofWebview, 'webview');
};

const ownValue = (metadata: Readonly<Record<string, unknown>> | undefined, key: string): unknown =>
  metadata !== undefined && Object.hasOwn(metadata, key) ? (metadata[key] ?? undefined) : undefined;

const toClaim = (value: unknown, by: 'account' | 'webview'): Claim => {
  if (typeof value !== 'string') return { kind: 'invalid', why: `it isn't text (${typeof value})` };
  if (value.trim() === '') return { kind: 'invalid', why: 'it is empty' };
  if (value.includes(REPLACEMENT)) {
    return { kind: 'invalid', why: "it contains a character that can't be stored" };
  }
  if (value.length > MAX_VALUE_LENGTH) {
    return { kind: 'invalid', why: `it is longer than ${MAX_VALUE_LENGTH} characters` };
  }
  return { kind: 'named', id: value, by };
};
