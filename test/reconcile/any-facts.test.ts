import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, type Verdict } from '../../src/reconcile/decide.ts';
import { type Facts, type Standing, UNKNOWN_CLAIM } from '../../src/reconcile/facts.ts';
import { claimText } from '../../src/reconcile/identity.ts';
import { connectedAccountSchema, connectWebviewSchema } from '../../src/seam/resources.ts';
import { toStorable } from '../../src/seam/storable.ts';
import type { Lookup } from '../../src/users/id-type.ts';
import { anyText, oddValue } from '../fixtures/arbitraries.ts';
import { claimIn } from '../fixtures/claims.ts';

const userId = fc.constantFrom('ada', 'grace', 'eve');
const claimedId = fc.oneof(
  { weight: 3, arbitrary: userId },
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: oddValue },
);
const metadata = claimedId.map(id => (id === undefined ? {} : { id }));

const account = metadata.map(custom_metadata =>
  connectedAccountSchema.parse(toStorable({ connected_account_id: 'account_1', custom_metadata })),
);
const webview = fc
  .record({
    connect_webview_id: fc.constant('webview_1'),
    status: fc.oneof(
      { weight: 3, arbitrary: fc.constant('authorized') },
      fc.constantFrom('pending', 'failed'),
      anyText,
    ),
    connected_account_id: fc.constantFrom('account_1', null, ''),
    custom_metadata: metadata,
  })
  .map(value => connectWebviewSchema.parse(toStorable(value)));

/** Whatever their table may answer for an id: also that the user is called something else there. */
const lookup: fc.Arbitrary<Lookup> = fc.oneof(
  { weight: 3, arbitrary: userId.map((user): Lookup => ({ kind: 'found', userId: user })) },
  fc.constant<Lookup>({ kind: 'none' }),
  fc.constant<Lookup>({ kind: 'impossible', why: 'our user ids are UUIDs' }),
);

/** Who else a later rule names, and who settles that. */
const rival: fc.Arbitrary<Facts['rival']> = fc.option(
  fc.record({
    rule: fc.constant('webview.metadata.id'),
    userId: fc.constant('mallory'),
    settledBy: fc.constantFrom('first_rule' as const, 'person' as const),
  }),
  { freq: 2 },
);

/** As `gather` puts them together: what one thing leads to is only asked where it leads there. */
const facts: fc.Arbitrary<Facts> = fc
  .record({
    subjectKind: fc.constantFrom('connect_webview' as const, 'connected_account' as const),
    webview: fc.option(webview, { freq: 10 }),
    account: fc.option(account),
    answer: lookup,
    rival,
    isToldOf: fc.boolean(),
  })
  .map(({ subjectKind, webview: shown, account: found, answer, rival, isToldOf }) => {
    const isWebview = subjectKind === 'connect_webview';
    const own = shown?.status === 'authorized' ? shown.connectedAccountId : null;
    const byEvent = isToldOf && found !== null && shown?.status !== 'failed' ? 'account_1' : null;
    const named = own ?? byEvent;
    const connectedAccountId = isWebview ? named : 'account_1';
    const asked = connectedAccountId === null ? null : found;
    const claim = claimIn(asked, shown);
    return {
      subjectKind,
      webview: isWebview ? shown : 'not_asked',
      connectedAccountId,
      account: connectedAccountId === null ? 'not_asked' : found,
      claim,
      user: claim.kind === 'named' ? answer : { kind: 'none' },
      rival: claim.kind === 'named' && answer.kind === 'found' ? rival : null,
      requestId: null,
    };
  });

const standing: fc.Arbitrary<Standing> = fc
  .record({
    linkedUserId: fc.option(userId, { freq: 2 }),
    isProvisional: fc.boolean(),
    byHand: fc.option(
      fc.record({
        overrides: fc.constantFrom(null, 'missing', 'invalid', 'named:ada', 'named:grace'),
      }),
    ),
    endedByHand: fc.option(
      fc.record({
        userId,
        claim: fc.constantFrom('unknown', 'missing', 'invalid', 'named:ada', 'named:grace'),
        atMs: fc.constantFrom(0, Date.parse('2999-01-01')),
      }),
    ),
    accountChanged: fc.boolean(),
    isGone: fc.boolean(),
    deletionAnnounced: fc.constantFrom('no' as const, 'just_now' as const, 'earlier' as const),
    reauthorizationRequested: fc.boolean(),
    isErased: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
    superseded: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
    otherOwner: fc.constantFrom(null, null, null, 'another workspace'),
    isMisheld: fc.boolean(),
  })
  .map(stands => ({
    ...stands,
    isProvisional: stands.isProvisional && stands.linkedUserId !== null && stands.byHand === null,
    byHand: stands.linkedUserId === null ? null : stands.byHand,
    endedByHand: stands.linkedUserId === null ? stands.endedByHand : null,
  }));

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
