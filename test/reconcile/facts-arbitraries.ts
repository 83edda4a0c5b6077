import fc from 'fast-check';
import type { Facts, Standing } from '../../src/reconcile/facts.ts';
import { connectedAccountSchema, connectWebviewSchema } from '../../src/seam/resources.ts';
import { toStorable } from '../../src/seam/storable.ts';
import type { Lookup } from '../../src/users/id-type.ts';
import { anyText, oddValue } from '../fixtures/arbitraries.ts';
import { claimIn } from '../fixtures/claims.ts';

/* Whatever a run may read, and however things may stand with us. */

const userId = fc.constantFrom('ada', 'grace', 'eve');
const claimedId = fc.oneof(
  { weight: 3, arbitrary: userId },
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: oddValue },
);
const metadata = claimedId.map(id => (id === undefined ? {} : { id }));

export const account = metadata.map(custom_metadata =>
  connectedAccountSchema.parse(toStorable({ connected_account_id: 'account_1', custom_metadata })),
);
export const webview = fc
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
export const facts: fc.Arbitrary<Facts> = fc
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

export const standing: fc.Arbitrary<Standing> = fc
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
