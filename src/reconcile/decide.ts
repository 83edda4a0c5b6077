import { isBeingDeleted } from './account-state.ts';
import { type Facts, isPseudonym, isShown, type Standing, UNKNOWN_CLAIM } from './facts.ts';
import { type Saying, saysTheSame, sourceInWords } from './identity.ts';
import { failed, type LinkChange, NO_CHANGE, settled, type Verdict } from './verdict.ts';

/**
 * Decides what the facts mean. Pure: the same facts and standing give the same verdict, whatever
 * event made us look.
 */
export const decide = (facts: Facts, standing: Standing): Verdict => {
  if (standing.superseded) return { kind: 'superseded' };
  const waits = incomplete(facts);
  if (waits === null) return ofAccount(facts, standing);
  return waits.kind === 'failed' && isShown(facts.account)
    ? byEvent(waits, ofAccount(facts, standing), standing)
    : waits;
};

/** What an account comes to, whatever led to it. */
const ofAccount = (facts: Facts, standing: Standing): Verdict =>
  anothers(standing) ??
  gone(facts, standing) ??
  leaving(facts, standing) ??
  erased(standing) ??
  keptByHand(facts, standing) ??
  leftUnlinked(facts, standing) ??
  ownership(facts, standing);

/** A webview that leads to no account (yet); null when there is nothing to wait for. */
const incomplete = ({ webview, account }: Facts): Verdict | null => {
  if (webview === 'not_asked') return null;
  if (webview === null) {
    // The app may have deleted it once it had served: the account that its event named says the rest.
    return isShown(account) ? null : failed('webview_not_found', 'Seam has none with this id');
  }
  if (webview.status === 'failed') return settled('login_failed', 'no_action');
  if (webview.status !== 'authorized') {
    return failed('webview_pending', `its status is "${webview.status}"`);
  }
  if (webview.connectedAccountId === null) {
    return failed('account_not_ready', 'the webview is authorized but names no account');
  }
  return null;
};

/**
 * A webview that Seam shows as unfinished, though a signed event says that it led to an account, which Seam shows. A
 * new account is linked at once, as its own look would do. What was linked before is waited for: where Seam lags, the
 * account may still show what it carried before it was connected anew. In the end what it shows then counts.
 */
const byEvent = (
  waits: Extract<Verdict, { kind: 'failed' }>,
  verdict: Verdict,
  { linkedUserId, isProvisional }: Standing,
): Verdict => {
  if (verdict.kind !== 'settled') return waits;
  const isNew = linkedUserId === null || isProvisional;
  return isNew && verdict.outcome === 'linked' ? verdict : { ...waits, atLast: verdict };
};

/** An account that Seam has shown to another workspace: nothing that this one is told changes anything about it. */
const anothers = ({ otherOwner }: Standing): Verdict | null =>
  otherOwner === null
    ? null
    : failed('account_not_found', 'it belongs to another workspace, as Seam has shown');

/** An account that Seam no longer knows; null when it does. */
const gone = ({ account }: Facts, standing: Standing): Verdict | null => {
  if (account !== null) return null;
  if (standing.deletionAnnounced === 'no' && !standing.isGone) {
    return failed('account_not_found', 'Seam has none with this id');
  }
  const outcome = standing.isGone ? 'account_gone' : 'account_deleted';
  const link: LinkChange =
    standing.linkedUserId === null ? NO_CHANGE : { kind: 'end', because: outcome };
  return settled(outcome, 'no_action', link);
};

/**
 * An account that is said to be deleted, and that Seam shows all the same. It may lag, so it is looked at
 * again for a while. What it shows after that stands: an event only says what to look at.
 */
const leaving = ({ account }: Facts, { deletionAnnounced, isGone }: Standing): Verdict | null => {
  if (account === null || account === 'not_asked' || deletionAnnounced === 'no') return null;
  // Nobody had said so: it was missing, and is there again.
  if (isGone) return null;
  if (isBeingDeleted(account)) return failed('deletion_pending', 'Seam is deleting it');
  return deletionAnnounced === 'just_now'
    ? failed('deletion_pending', 'Seam still shows the account')
    : null;
};

/** What was erased stays as it is: what Seam shows of the person is none of ours any more. */
const erased = ({ isErased, isProvisional, linkedUserId }: Standing): Verdict | null => {
  if (!isErased) return null;
  const link: LinkChange = isProvisional ? { kind: 'confirm' } : NO_CHANGE;
  return settled('kept', linkedUserId === null ? 'no_action' : 'linked', link);
};

/**
 * A link that a person made stands for as long as the metadata say what they said then; null once they say
 * something else, for them to decide. Where it was not known what they said, another user of ours is news.
 */
const keptByHand = (
  { claim, user, rival }: Facts,
  { linkedUserId, byHand }: Standing,
): Verdict | null => {
  if (byHand === null || linkedUserId === null) return null;
  const isConfirmed = user.kind === 'found' && user.userId === linkedUserId;
  // Where the rules name two, that one of them is the person's choice confirms nothing.
  if (isConfirmed && rival?.settledBy !== 'person') return null;
  const isAsItWas =
    byHand.overrides === null ? user.kind !== 'found' : saysTheSame(byHand.overrides, claim);
  return isAsItWas ? settled('kept', 'linked') : null;
};

/**
 * An account that a person unlinked stays nobody's for as long as the metadata say what they said then; null once
 * they say something else, or a webview that was created since has led to it: then they decide. Where it was not
 * known what they said, another user than the one it was taken from is news; where that one was erased, nobody is.
 */
const leftUnlinked = (
  { claim, user, webview }: Facts,
  { linkedUserId, endedByHand }: Standing,
): Verdict | null => {
  if (endedByHand === null || linkedUserId !== null) return null;
  const { userId, claim: then, atMs } = endedByHand;
  const createdAt = isShown(webview) ? webview.seamCreatedAt : null;
  if (createdAt !== null && createdAt.getTime() > atMs) return null;
  const isAsItWas =
    then === UNKNOWN_CLAIM
      ? user.kind !== 'found' || user.userId === userId || isPseudonym(userId)
      : saysTheSame(then, claim);
  return isAsItWas ? settled('left_unlinked', 'no_action') : null;
};

/** Whose the account is. */
const ownership = (facts: Facts, standing: Standing): Verdict => {
  const { claim, user, rival } = facts;
  // A link that only an event speaks for ends when Seam names nobody; one that Seam once named stays.
  const unconfirmed: LinkChange = standing.isProvisional
    ? { kind: 'end', because: 'seam_differs' }
    : NO_CHANGE;
  switch (claim.kind) {
    case 'missing':
      // Reconnecting replaces an account's metadata; losing it is no reason to take the lock away.
      if (standing.linkedUserId !== null && !standing.isProvisional) {
        return settled('kept', 'linked');
      }
      return failed(
        'metadata_id_missing',
        'neither the account nor the webview carries one',
        unconfirmed,
      );
    case 'invalid':
      return failed('metadata_id_invalid', whyInvalid(claim), unconfirmed);
    case 'named':
      break;
    default:
      return claim satisfies never;
  }
  switch (user.kind) {
    case 'impossible':
      return failed('metadata_id_invalid', user.why, unconfirmed);
    case 'none': {
      const named = `${sourceInWords(claim)} names an id that no user`;
      const detail =
        user.hidden === undefined ? `${named} has` : `${named} has whom we see. ${user.hidden}`;
      return failed('user_not_found', detail, unconfirmed);
    }
    case 'found':
      return rival?.settledBy === 'person'
        ? failed('conflict', `${claim.rule} and ${rival.rule} name different users`, unconfirmed)
        : belongsTo(user.userId, facts, standing);
    default:
      return user satisfies never;
  }
};

/** Of the metadata it goes without saying where it was read. */
const whyInvalid = (claim: Extract<Saying, { kind: 'invalid' }>): string =>
  claim.rule.includes('.metadata.') ? claim.why : `${sourceInWords(claim)}: ${claim.why}`;

const belongsTo = (userId: string, facts: Facts, standing: Standing): Verdict => {
  const because = standing.isProvisional ? 'seam_differs' : 'relinked';
  if (standing.linkedUserId === null) {
    return settled('linked', 'linked', { kind: 'link_to', userId, because });
  }
  if (standing.linkedUserId !== userId) {
    return settled('relinked', 'linked', { kind: 'link_to', userId, because });
  }
  if (standing.isProvisional) return settled('linked', 'linked', { kind: 'confirm' });
  const tellsOfChange = facts.subjectKind === 'connected_account' && standing.accountChanged;
  const link: LinkChange = standing.byHand === null ? NO_CHANGE : { kind: 'confirm' };
  return settled(tellsOfChange ? 'account_updated' : 'already_linked', 'linked', link);
};
