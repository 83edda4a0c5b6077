import type { FailureReason } from '../../src/model/outcome.ts';
import type { LinkChange } from '../../src/reconcile/verdict.ts';
import {
  ACCOUNT,
  type Case,
  GONE,
  LINKED,
  NO_ACCOUNT,
  NOBODY,
  OF_ACCOUNT,
  PROVISIONALLY,
  SAID_EARLIER,
  SAID_NOW,
  webview,
} from './decide-cases.ts';

/* What a run may find, and why it fails then: the tables of decide.test.ts. */

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
