import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../src/reconcile/decide.ts';
import { type Facts, type Standing, UNKNOWN_CLAIM } from '../../src/reconcile/facts.ts';
import { claimText } from '../../src/reconcile/identity.ts';
import type { Verdict } from '../../src/reconcile/verdict.ts';
import { claimIn } from '../fixtures/claims.ts';

import { account, facts, standing, webview } from './facts-arbitraries.ts';

/** Whom the account is linked to once the verdict is written. */
const linkedAfter = (verdict: Verdict, before: Standing): string | null => {
  if (verdict.kind === 'superseded') return before.linkedUserId;
  const { link } = verdict;
  if (link.kind === 'none' || link.kind === 'confirm') return before.linkedUserId;
  return link.kind === 'end' ? null : link.userId;
};

/** A link stays one by hand until Seam says the same, or it ends. */
const byHandAfter = (verdict: Verdict, before: Standing): Standing['byHand'] =>
  verdict.kind !== 'superseded' && verdict.link.kind === 'none' ? before.byHand : null;

const always = (law: (verdict: Verdict, facts: Facts, standing: Standing) => void): void =>
  fc.assert(
    fc.property(facts, standing, (seen, stands) => {
      law(decide(seen, stands), seen, stands);
    }),
    { numRuns: 3_000 },
  );

describe('whatever was read, and however things stand', () => {
  test('nobody is linked but a user whom their table confirms, to an account that Seam shows', () => {
    always((verdict, seen, stands) => {
      const after = linkedAfter(verdict, stands);
      if (after === null || after === stands.linkedUserId) return;
      expect(seen.user).toEqual({ kind: 'found', userId: after });
      expect(seen.claim.kind).toBe('named');
      expect(seen.account).toMatchObject({ connectedAccountId: seen.connectedAccountId });
    });
  });

  test('a link is only taken away when Seam announced the deletion (or two comparisons missed it) and the account is gone, or never confirmed it', () => {
    always((verdict, seen, stands) => {
      if (stands.linkedUserId === null || linkedAfter(verdict, stands) !== null) return;
      if (stands.isProvisional && seen.account !== null) return;
      expect(seen.account).toBeNull();
      expect(stands.isGone || stands.deletionAnnounced !== 'no').toBe(true);
    });
  });

  test('a deletion always ends the link, and never makes one', () => {
    always((verdict, seen, stands) => {
      if (stands.superseded || seen.account !== null || stands.deletionAnnounced === 'no') return;
      if (stands.otherOwner !== null) return;
      const outcome = stands.isGone ? 'account_gone' : 'account_deleted';
      expect(verdict).toMatchObject({ outcome, state: 'no_action' });
      expect(linkedAfter(verdict, stands)).toBeNull();
    });
  });

  test('of an account that Seam has shown to another workspace, nothing changes', () => {
    always((verdict, _seen, stands) => {
      if (stands.otherOwner === null || stands.superseded) return;
      expect(linkedAfter(verdict, stands)).toBe(stands.linkedUserId);
    });
  });

  test('an account that is said to be deleted a moment ago is given to nobody', () => {
    always((verdict, seen, stands) => {
      if (stands.deletionAnnounced !== 'just_now' || stands.isGone) return;
      const after = linkedAfter(verdict, stands);
      expect([null, stands.linkedUserId]).toContain(after);
      if (seen.account === null || seen.account === 'not_asked') return;
      expect(['failed', 'superseded']).toContain(verdict.kind);
    });
  });

  test('to look again once it is written changes nothing more', () => {
    always((verdict, seen, stands) => {
      if (verdict.kind !== 'settled') return;
      const later = {
        ...stands,
        linkedUserId: linkedAfter(verdict, stands),
        isProvisional: false,
        byHand: byHandAfter(verdict, stands),
        endedByHand: linkedAfter(verdict, stands) === null ? stands.endedByHand : null,
        accountChanged: false,
      };
      const looked = decide(seen, later);
      // What an unfinished webview led to is waited for once it is linked, and comes to the same.
      const again = looked.kind === 'failed' ? looked.atLast : looked;
      expect(again).toMatchObject({
        kind: 'settled',
        state: verdict.state,
        link: { kind: 'none' },
      });
    });
  });

  test('it is called linked just when the account is linked then', () => {
    always((verdict, _seen, stands) => {
      if (verdict.kind !== 'settled' || verdict.outcome === 'login_failed') return;
      expect(verdict.state === 'linked').toBe(linkedAfter(verdict, stands) !== null);
    });
  });

  test('nothing that settles leaves a link provisional that it has seen the account of', () => {
    always((verdict, seen, stands) => {
      if (verdict.kind !== 'settled' || !stands.isProvisional) return;
      if (seen.connectedAccountId !== null) expect(verdict.link.kind).not.toBe('none');
    });
  });

  test('a link by hand gives way only to a user whom the metadata name, other than those that it overrode', () => {
    always((verdict, seen, stands) => {
      const { byHand, linkedUserId } = stands;
      if (byHand === null || linkedAfter(verdict, stands) === linkedUserId) return;
      if (seen.account === null) return;
      expect(seen.user.kind).toBe('found');
      expect(claimText(seen.claim)).not.toBe(byHand.overrides);
    });
  });

  test('what a person unlinked is given to somebody only when the metadata say something else', () => {
    always((verdict, seen, stands) => {
      const { endedByHand } = stands;
      const after = linkedAfter(verdict, stands);
      if (endedByHand === null || after === null) return;
      expect(claimText(seen.claim)).not.toBe(endedByHand.claim);
      if (endedByHand.claim === UNKNOWN_CLAIM) expect(after).not.toBe(endedByHand.userId);
    });
  });

  test('a run that read earlier than another has written steps back, and no other does', () => {
    always((verdict, _seen, stands) => {
      expect(verdict.kind === 'superseded').toBe(stands.superseded);
    });
  });

  test('a webview and its account come to the same link', () => {
    always((verdict, seen, stands) => {
      if (seen.webview === 'not_asked' || seen.connectedAccountId === null) return;
      const ofAccount = {
        ...seen,
        subjectKind: 'connected_account',
        webview: 'not_asked',
      } as const;
      const other = linkedAfter(decide(ofAccount, stands), stands);
      const isUnfinished = verdict.kind === 'failed' && /^webview_|_ready$/.test(verdict.reason);
      if (isUnfinished) expect(linkedAfter(verdict, stands)).toBe(stands.linkedUserId);
      const atLast = isUnfinished ? verdict.atLast : verdict;
      if (atLast !== undefined) expect(other).toBe(linkedAfter(atLast, stands));
    });
  });

  test('to decide changes nothing of what was read', () => {
    always((verdict, seen, stands) => {
      const before = structuredClone({ seen, stands });
      expect(decide(seen, stands)).toEqual(verdict);
      expect({ seen, stands }).toEqual(before);
    });
  });

  test('an id that is looked up is one of the metadata’s, the account’s first, and a text', () => {
    fc.assert(
      fc.property(fc.option(account), fc.option(webview), (shown, from) => {
        const claim = claimIn(shown, from);
        const claimed = shown?.customMetadata.id ?? from?.customMetadata.id ?? null;
        if (claim.kind === 'missing') expect(claimed).toBeNull();
        if (claim.kind !== 'named') return;
        expect(claim.id).toBe(claimed);
        expect(claim.id.isWellFormed() && !claim.id.includes('\0')).toBe(true);
        expect(claim.id.trim()).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });
});
