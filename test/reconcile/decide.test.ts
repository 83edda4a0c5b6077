import { describe, expect, test } from 'vitest';
import { decide, type LinkChange } from '../../src/reconcile/decide.ts';
import { type Facts, readClaim, type Standing } from '../../src/reconcile/facts.ts';
import {
  FAILURE_REASONS,
  type FailureReason,
  SETTLED_OUTCOMES,
  type SettledOutcome,
} from '../../src/reconcile/outcome.ts';
import type { ConnectedAccount, ConnectWebview } from '../../src/seam/resources.ts';

const WEBVIEW: ConnectWebview = {
  connectWebviewId: 'webview_1',
  status: 'authorized',
  loginSuccessful: false,
  connectedAccountId: 'account_1',
  customMetadata: { id: 'ada' },
  seamCreatedAt: null,
};
const ACCOUNT: ConnectedAccount = {
  connectedAccountId: 'account_1',
  accountType: 'august',
  accountTypeDisplayName: 'August',
  displayName: 'Ada',
  userIdentifier: {},
  customMetadata: { id: 'ada' },
  errors: [],
  warnings: [],
  acceptedCapabilities: [],
  automaticallyManageNewDevices: true,
  customerKey: null,
  seamCreatedAt: null,
};
/** A finished webview of Ada's, looked at for the first time. */
const FINISHED: Facts = {
  subjectKind: 'connect_webview',
  webview: WEBVIEW,
  connectedAccountId: 'account_1',
  account: ACCOUNT,
  claim: { kind: 'named', id: 'ada', by: 'account' },
  user: { kind: 'found', userId: 'ada' },
  requestId: 'request_1',
};
const OF_ACCOUNT = { subjectKind: 'connected_account', webview: 'not_asked' } as const;
const NO_ACCOUNT = { account: 'not_asked', connectedAccountId: null } as const;
const NOBODY = { claim: { kind: 'missing' }, user: { kind: 'none' } } as const;
const UNKNOWN_TO_US: Standing = {
  linkedUserId: null,
  isProvisional: false,
  byHand: null,
  accountChanged: false,
  superseded: false,
  deletionAnnounced: 'no',
  reauthorizationRequested: false,
};

const webview = (changes: Partial<ConnectWebview>): ConnectWebview => ({ ...WEBVIEW, ...changes });

type Case = readonly [name: string, facts: Partial<Facts>, standing: Partial<Standing>];
type SettledCase = readonly [...Case, SettledOutcome, 'linked' | 'no_action' | null, LinkChange];

const NONE: LinkChange = { kind: 'none' };
const TO_ADA: LinkChange = { kind: 'link_to', userId: 'ada', because: 'relinked' };
const DELETION: LinkChange = { kind: 'end', because: 'account_deleted' };
const PROVISIONALLY = { linkedUserId: 'ada', isProvisional: true };
const LINKED = { linkedUserId: 'ada' };
const CHANGED = { linkedUserId: 'ada', accountChanged: true };
const OF_GRACE = { linkedUserId: 'grace' };
const GONE = { ...OF_ACCOUNT, account: null };
const SAID_NOW = { deletionAnnounced: 'just_now' } as const;
const SAID_EARLIER = { deletionAnnounced: 'earlier' } as const;

const SETTLED: SettledCase[] = [
  ['a first completion links', {}, {}, 'linked', 'linked', TO_ADA],
  ['an account seen before its webview links', OF_ACCOUNT, {}, 'linked', 'linked', TO_ADA],
  [
    "a user links under their table's own spelling of the id",
    { claim: { kind: 'named', id: 'ADA', by: 'webview' } },
    {},
    'linked',
    'linked',
    TO_ADA,
  ],
  ['a repeated webhook changes nothing', {}, LINKED, 'already_linked', 'linked', NONE],
  ['an unchanged account is no update', OF_ACCOUNT, LINKED, 'already_linked', 'linked', NONE],
  ['a webview tells of no update', {}, CHANGED, 'already_linked', 'linked', NONE],
  ['an account that changed is an update', OF_ACCOUNT, CHANGED, 'account_updated', 'linked', NONE],
  ['a reconnect by another user relinks', {}, OF_GRACE, 'relinked', 'linked', TO_ADA],
  ['an account can be relinked too', OF_ACCOUNT, OF_GRACE, 'relinked', 'linked', TO_ADA],
  ['metadata that are gone keep the link', NOBODY, LINKED, 'kept', 'linked', NONE],
  [
    'deletion ends the link',
    GONE,
    { ...LINKED, ...SAID_NOW },
    'account_deleted',
    'no_action',
    DELETION,
  ],
  [
    'what was deleted long ago is still deleted',
    GONE,
    { ...LINKED, ...SAID_EARLIER },
    'account_deleted',
    'no_action',
    DELETION,
  ],
  [
    'what Seam goes on showing was not deleted',
    OF_ACCOUNT,
    { ...LINKED, ...SAID_EARLIER },
    'already_linked',
    'linked',
    NONE,
  ],
  [
    'deletion of an unlinked account ends no link',
    GONE,
    SAID_NOW,
    'account_deleted',
    'no_action',
    NONE,
  ],
  [
    'a webview whose account was deleted waits for nothing',
    { account: null },
    { ...LINKED, ...SAID_NOW },
    'account_deleted',
    'no_action',
    DELETION,
  ],
  [
    'a failed login asks for nothing',
    { ...NO_ACCOUNT, webview: webview({ status: 'failed', connectedAccountId: null }) },
    {},
    'login_failed',
    'no_action',
    NONE,
  ],
  [
    'a provisional link that Seam confirms',
    {},
    PROVISIONALLY,
    'linked',
    'linked',
    { kind: 'confirm' },
  ],
  [
    'a provisional link that Seam gives to another',
    {},
    { ...OF_GRACE, isProvisional: true },
    'relinked',
    'linked',
    { ...TO_ADA, because: 'seam_differs' },
  ],
  [
    'deletion ends a provisional link',
    GONE,
    { ...PROVISIONALLY, ...SAID_NOW },
    'account_deleted',
    'no_action',
    DELETION,
  ],
  ['a slower run steps back', {}, { superseded: true }, 'superseded', null, NONE],
  [
    'a slower run steps back even when it found a fault',
    { ...NO_ACCOUNT, webview: null },
    { superseded: true },
    'superseded',
    null,
    NONE,
  ],
];

type FailedCase = readonly [...Case, FailureReason];

const BEING_DELETED = { ...ACCOUNT, warnings: [{ warning_code: 'being_deleted' }] };
const DISOWNED: LinkChange = { kind: 'end', because: 'seam_differs' };

const FAILED: FailedCase[] = [
  ['a deletion that Seam does not show yet', OF_ACCOUNT, SAID_NOW, 'deletion_pending'],
  ['a webview of an account that is going', {}, { ...LINKED, ...SAID_NOW }, 'deletion_pending'],
  [
    'a deletion that takes Seam long',
    { ...OF_ACCOUNT, account: BEING_DELETED },
    { ...LINKED, ...SAID_EARLIER },
    'deletion_pending',
  ],
  ['a webview unknown to Seam', { ...NO_ACCOUNT, webview: null }, {}, 'webview_not_found'],
  [
    'a webview that the user has not finished',
    { ...NO_ACCOUNT, webview: webview({ status: 'pending', connectedAccountId: null }) },
    {},
    'webview_pending',
  ],
  [
    'a status that Seam may invent later',
    { ...NO_ACCOUNT, webview: webview({ status: 'a new one' }) },
    {},
    'webview_pending',
  ],
  [
    'a finished webview that names no account yet',
    { ...NO_ACCOUNT, webview: webview({ connectedAccountId: null }) },
    {},
    'account_not_ready',
  ],
  ['a named account that Seam lacks', { account: null }, {}, 'account_not_found'],
  [
    'an account that is gone with no word of deletion, though it is linked',
    { ...OF_ACCOUNT, account: null },
    LINKED,
    'account_not_found',
  ],
  ['metadata without our user id', NOBODY, {}, 'metadata_id_missing'],
  [
    'a user id of the wrong type',
    { claim: { kind: 'invalid', why: 'it is a boolean' }, user: { kind: 'none' } },
    LINKED,
    'metadata_id_invalid',
  ],
  [
    'a user id that their table cannot hold',
    { user: { kind: 'impossible', why: 'our user ids are UUIDs' } },
    {},
    'metadata_id_invalid',
  ],
  ['an id of nobody', { user: { kind: 'none' } }, {}, 'user_not_found'],
  ['an id of nobody on a linked account', { user: { kind: 'none' } }, LINKED, 'user_not_found'],
  [
    'an account that Seam may be slow to show, which an event told of',
    { ...OF_ACCOUNT, account: null },
    PROVISIONALLY,
    'account_not_found',
  ],
];

/** Seam's answer names nobody of ours, so a link that only an event speaks for ends. */
const DISOWNING: FailedCase[] = [
  [
    'an id of nobody, where an event named Ada',
    { user: { kind: 'none' } },
    PROVISIONALLY,
    'user_not_found',
  ],
  ['no id, where an event named Ada', NOBODY, PROVISIONALLY, 'metadata_id_missing'],
  [
    'an impossible id, where an event named Ada',
    { claim: { kind: 'invalid', why: 'it is a boolean' }, user: { kind: 'none' } },
    PROVISIONALLY,
    'metadata_id_invalid',
  ],
];

describe('what a run comes to', () => {
  test.each(SETTLED)('%s', (_name, facts, standing, outcome, state, link) => {
    expect(decide({ ...FINISHED, ...facts }, { ...UNKNOWN_TO_US, ...standing })).toEqual(
      state === null ? { kind: outcome } : { kind: 'settled', outcome, state, link },
    );
  });

  test.each(FAILED)('support reads of %s why it failed', (_name, facts, standing, reason) => {
    expect(decide({ ...FINISHED, ...facts }, { ...UNKNOWN_TO_US, ...standing })).toEqual({
      kind: 'failed',
      reason,
      detail: expect.stringMatching(/\w/),
      link: NONE,
    });
  });

  test.each(DISOWNING)('%s ends the link', (_name, facts, standing, reason) => {
    expect(decide({ ...FINISHED, ...facts }, { ...UNKNOWN_TO_US, ...standing })).toMatchObject({
      kind: 'failed',
      reason,
      link: DISOWNED,
    });
  });

  test('no outcome and no reason of the closed lists was left out of the tables above', () => {
    const notFromFacts = /^seam_|^internal_error$|^event_unusable$|^workspace_unknown$/;
    expect(new Set(SETTLED.map(([, , , outcome]) => outcome))).toEqual(new Set(SETTLED_OUTCOMES));
    expect(new Set(FAILED.map(([, , , reason]) => reason))).toEqual(
      new Set(FAILURE_REASONS.filter(reason => !notFromFacts.test(reason))),
    );
  });
});

const metadata = (value: Record<string, unknown>) => ({ customMetadata: value });
const ofAccount = (id: string) => ({ kind: 'named', id, by: 'account' });
const ofWebview = (id: string) => ({ kind: 'named', id, by: 'webview' });

describe('whose the metadata say that an account is', () => {
  test.each([
    ["the account's where both name one", { id: 'ada' }, { id: 'grace' }, ofAccount('ada')],
    ["the account's where the webview has none", { id: 'ada' }, {}, ofAccount('ada')],
    [
      "the webview's where the account has none",
      { other: 'x' },
      { id: 'grace' },
      ofWebview('grace'),
    ],
    ["the webview's where the account has null", { id: null }, { id: 'grace' }, ofWebview('grace')],
    ["the webview's where there is no account", null, { id: 'grace' }, ofWebview('grace')],
    ["the account's where there is no webview", { id: 'ada' }, null, ofAccount('ada')],
    ["nobody's where neither has one", {}, { id: null }, { kind: 'missing' }],
    ["nobody's where there is neither", null, null, { kind: 'missing' }],
    ['as it is spelt, spaces and all', { id: ' ada ' }, {}, ofAccount(' ada ')],
    ['up to 500 characters', { id: 'x'.repeat(500) }, {}, ofAccount('x'.repeat(500))],
  ])('is %s', (_name, account, webview, claim) => {
    expect(readClaim(account && metadata(account), webview && metadata(webview), 'id')).toEqual(
      claim,
    );
  });

  test.each([
    ['a boolean', true, 'it is no text (boolean)'],
    ['a number', 42, 'it is no text (number)'],
    ['an object', { nested: 'ada' }, 'it is no text (object)'],
    ['empty', '', 'it is empty'],
    ['blank', ' \t ', 'it is empty'],
    ['too long', 'x'.repeat(501), 'it is longer than 500 characters'],
  ])('is told to be invalid when the id is %s, whatever the other names', (_name, id, why) => {
    const good = metadata({ id: 'grace' });
    const invalid = { kind: 'invalid', why: expect.stringContaining(why) };
    expect(readClaim(metadata({ id }), good, 'id')).toEqual(invalid);
    expect(readClaim(metadata({}), metadata({ id }), 'id')).toEqual(invalid);
  });

  test.each(['constructor', 'toString', '__proto__'])(
    'is nobody when only JavaScript itself has a "%s"',
    key => {
      expect(readClaim(metadata({}), metadata({}), key)).toEqual({ kind: 'missing' });
      const own = metadata(JSON.parse(`{"${key}":"ada"}`));
      expect(readClaim(own, null, key)).toEqual(ofAccount('ada'));
    },
  );
});
