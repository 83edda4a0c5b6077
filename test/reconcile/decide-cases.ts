import type { FailureReason, SettledOutcome } from '../../src/model/outcome.ts';
import type { LinkChange } from '../../src/reconcile/decide.ts';
import type { Facts, Standing } from '../../src/reconcile/facts.ts';
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
const ACCOUNT: ConnectedAccount = {
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
const OF_ACCOUNT = { subjectKind: 'connected_account', webview: 'not_asked' } as const;
const NO_ACCOUNT = { account: 'not_asked', connectedAccountId: null } as const;
const NOBODY = { claim: { kind: 'missing' }, user: { kind: 'none' } } as const;
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

const webview = (changes: Partial<ConnectWebview>): ConnectWebview => ({ ...WEBVIEW, ...changes });

type Case = readonly [name: string, facts: Partial<Facts>, standing: Partial<Standing>];
type Left = 'linked' | 'no_action' | null;
export type SettledCase = readonly [...Case, SettledOutcome, Left, LinkChange];

export const NONE: LinkChange = { kind: 'none' };
const TO_ADA: LinkChange = { kind: 'link_to', userId: 'ada', because: 'relinked' };
const DELETION: LinkChange = { kind: 'end', because: 'account_deleted' };
const LET_GO: LinkChange = { kind: 'end', because: 'account_gone' };
export const PROVISIONALLY = { linkedUserId: 'ada', isProvisional: true };
const LINKED = { linkedUserId: 'ada' };
const CHANGED = { ...LINKED, accountChanged: true };
export const OF_GRACE = { linkedUserId: 'grace' };
const GONE = { ...OF_ACCOUNT, account: null };
const SAID_NOW = { deletionAnnounced: 'just_now' } as const;
const SAID_EARLIER = { deletionAnnounced: 'earlier' } as const;

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

type FailedCase = readonly [...Case, FailureReason];

const BEING_DELETED = { ...ACCOUNT, warnings: [{ warning_code: 'being_deleted' }] };
export const DISOWNED: LinkChange = { kind: 'end', because: 'seam_differs' };

export const FAILED: FailedCase[] = [
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
  ['a linked account that is gone with no word of that', GONE, LINKED, 'account_not_found'],
  ['metadata without our user id', NOBODY, {}, 'metadata_id_missing'],
  [
    'a user id of the wrong type',
    {
      claim: {
        kind: 'invalid',
        why: 'it is a boolean',
        by: 'account',
        rule: 'account.metadata.id',
      },
      user: { kind: 'none' },
    },
    LINKED,
    'metadata_id_invalid',
  ],
  [
    'a user id that their table cannot hold',
    { user: { kind: 'impossible', why: 'our user ids are UUIDs' } },
    {},
    'metadata_id_invalid',
  ],
  [
    'two rules that name different users, which a person settles',
    { rival: { rule: 'webview.metadata.id', userId: 'grace', settledBy: 'person' } },
    {},
    'conflict',
  ],
  [
    'the same, of an account that is linked: that stays',
    { rival: { rule: 'webview.metadata.id', userId: 'grace', settledBy: 'person' } },
    LINKED,
    'conflict',
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
export const DISOWNING: FailedCase[] = [
  [
    'an id of nobody, where an event named Ada',
    { user: { kind: 'none' } },
    PROVISIONALLY,
    'user_not_found',
  ],
  ['no id, where an event named Ada', NOBODY, PROVISIONALLY, 'metadata_id_missing'],
  [
    'an impossible id, where an event named Ada',
    {
      claim: {
        kind: 'invalid',
        why: 'it is a boolean',
        by: 'account',
        rule: 'account.metadata.id',
      },
      user: { kind: 'none' },
    },
    PROVISIONALLY,
    'metadata_id_invalid',
  ],
];
