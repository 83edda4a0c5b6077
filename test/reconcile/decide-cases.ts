import type { SettledOutcome } from '../../src/model/outcome.ts';
import type { Facts, Standing } from '../../src/reconcile/facts.ts';
import type { LinkChange } from '../../src/reconcile/verdict.ts';
import type { ConnectedAccount, ConnectWebview } from '../../src/seam/resources.ts';

/* What a run may find, and what it comes to: the tables of decide.test.ts. */

const WEBVIEW: ConnectWebview = {
  connectWebviewId: 'webview_1',
  status: 'authorized',
  loginSuccessful: false,
  connectedAccountId: 'account_1',
  customMetadata: { id: 'ada' },
  customerKey: null,
  selectedProvider: 'august',
  authorizedAt: null,
  seamCreatedAt: null,
};
export const ACCOUNT: ConnectedAccount = {
  connectedAccountId: 'account_1',
  accountType: 'august',
  accountTypeDisplayName: 'August',
  displayName: 'Ada',
  imageUrl: null,
  timeZone: null,
  userIdentifier: {},
  customMetadata: { id: 'ada' },
  errors: [],
  warnings: [],
  acceptedCapabilities: [],
  automaticallyManageNewDevices: true,
  customerKey: null,
  userIdentityId: null,
  seamCreatedAt: null,
};
/** A finished webview of Ada's, looked at for the first time. */
export const FINISHED: Facts = {
  subjectKind: 'connect_webview',
  webview: WEBVIEW,
  connectedAccountId: 'account_1',
  account: ACCOUNT,
  claim: { kind: 'named', id: 'ada', by: 'account', rule: 'account.metadata.id' },
  user: { kind: 'found', userId: 'ada' },
  rival: null,
  requestId: 'request_1',
};
export const OF_ACCOUNT = { subjectKind: 'connected_account', webview: 'not_asked' } as const;
export const NO_ACCOUNT = { account: 'not_asked', connectedAccountId: null } as const;
export const NOBODY = { claim: { kind: 'missing' }, user: { kind: 'none' } } as const;
export const UNKNOWN_TO_US: Standing = {
  linkedUserId: null,
  isProvisional: false,
  byHand: null,
  endedByHand: null,
  accountChanged: false,
  superseded: false,
  isGone: false,
  deletionAnnounced: 'no',
  reauthorizationRequested: false,
  isErased: false,
  otherOwner: null,
  isMisheld: false,
};

export const webview = (changes: Partial<ConnectWebview>): ConnectWebview => ({
  ...WEBVIEW,
  ...changes,
});

export type Case = readonly [name: string, facts: Partial<Facts>, standing: Partial<Standing>];
type Left = 'linked' | 'no_action' | null;
export type SettledCase = readonly [...Case, SettledOutcome, Left, LinkChange];

export const NONE: LinkChange = { kind: 'none' };
const TO_ADA: LinkChange = { kind: 'link_to', userId: 'ada', because: 'relinked' };
const DELETION: LinkChange = { kind: 'end', because: 'account_deleted' };
const LET_GO: LinkChange = { kind: 'end', because: 'account_gone' };
export const PROVISIONALLY = { linkedUserId: 'ada', isProvisional: true };
export const LINKED = { linkedUserId: 'ada' };
const CHANGED = { ...LINKED, accountChanged: true };
export const OF_GRACE = { linkedUserId: 'grace' };
export const GONE = { ...OF_ACCOUNT, account: null };
export const SAID_NOW = { deletionAnnounced: 'just_now' } as const;
export const SAID_EARLIER = { deletionAnnounced: 'earlier' } as const;

export const SETTLED: SettledCase[] = [
  ['a first completion links', {}, {}, 'linked', 'linked', TO_ADA],
  ['an account seen before its webview links', OF_ACCOUNT, {}, 'linked', 'linked', TO_ADA],
  [
    "a user links under their table's own spelling of the id",
    { claim: { kind: 'named', id: 'ADA', by: 'webview', rule: 'webview.metadata.id' } },
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
    'what two comparisons missed is gone',
    GONE,
    { ...LINKED, isGone: true },
    'account_gone',
    'no_action',
    LET_GO,
  ],
  [
    'and stays so, though we have it as deleted since',
    GONE,
    { ...SAID_NOW, isGone: true },
    'account_gone',
    'no_action',
    NONE,
  ],
  [
    'what was gone and is there again is linked at once',
    OF_ACCOUNT,
    { ...SAID_NOW, isGone: true },
    'linked',
    'linked',
    TO_ADA,
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
