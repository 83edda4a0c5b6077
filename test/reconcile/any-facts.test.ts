import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, type Verdict } from '../../src/reconcile/decide.ts';
import { claimText, type Facts, readClaim, type Standing } from '../../src/reconcile/facts.ts';
import { connectedAccountSchema, connectWebviewSchema } from '../../src/seam/resources.ts';
import { toStorable } from '../../src/seam/storable.ts';
import type { Lookup } from '../../src/users/id-type.ts';
import { anyText, oddValue } from '../fixtures/arbitraries.ts';

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

/** As `gather` puts them together: what one thing leads to is only asked where it leads there. */
const facts: fc.Arbitrary<Facts> = fc
  .record({
    subjectKind: fc.constantFrom('connect_webview' as const, 'connected_account' as const),
    webview: fc.option(webview, { freq: 10 }),
    account: fc.option(account),
    answer: lookup,
  })
  .map(({ subjectKind, webview: shown, account: found, answer }) => {
    const isWebview = subjectKind === 'connect_webview';
    const named = shown?.status === 'authorized' ? shown.connectedAccountId : null;
    const connectedAccountId = isWebview ? named : 'account_1';
    const asked = connectedAccountId === null ? null : found;
    const claim = readClaim(asked, shown, 'id');
    return {
      subjectKind,
      webview: isWebview ? shown : 'not_asked',
      connectedAccountId,
      account: connectedAccountId === null ? 'not_asked' : found,
      claim,
      user: claim.kind === 'named' ? answer : { kind: 'none' },
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
        accountChanged: false,
      };
      const again = decide(seen, later);
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
      const other = decide(ofAccount, stands);
      expect(linkedAfter(other, stands)).toBe(linkedAfter(verdict, stands));
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
        const claim = readClaim(shown, from, 'id');
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
