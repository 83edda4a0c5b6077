import { z } from 'zod';
import type { MessageType } from '../../model/message.ts';
import {
  accountId,
  accountIdOrNull,
  accountState,
  described,
  flag,
  instant,
  number,
  text,
  textOrNull,
  userId,
  webviewIdOrNull,
  workspaceIdOrNull,
} from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/* What is sent to endpoints, type by type (outbox/body.ts makes it, docs/contract.md tells of it). */

const messageId = text(
  'The same whenever and wherever the message is sent: pass over one that you have handled',
  SAMPLE.event_id,
);
const nobody = described(z.null(), 'Nobody’s any more');

/** Which message it is, and of which connection. */
const ABOUT = {
  message_id: messageId,
  position: number('Its place in the order of all messages', 1042),
  about: text(
    'The connection: `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account yet',
    SAMPLE.subject,
  ),
  sequence: number('Counts the messages about that connection, without a gap', 3),
  workspace_id: workspaceIdOrNull,
  connect_webview_id: webviewIdOrNull,
  trace_id: text(
    'Of the trace in which it came about; absent: none was recorded',
    SAMPLE.trace_id,
  ).optional(),
};
const ACCOUNT = {
  state: accountState.optional().describe('How the account stands; absent: not known'),
  account_type: text('Its maker, as Seam’s key; absent: not known', 'august').optional(),
  account_type_display_name: text('Its maker, for people; absent: not known', 'August').optional(),
};
const before = <Shape extends z.ZodRawShape>(fields: Shape) =>
  described(z.strictObject(fields), 'What your app was told before, of what this message changes');
const LINK = {
  connected_account_id: accountId,
  ...ACCOUNT,
  before: before({ user_id: textOrNull('Whose it was; null: nobody’s, or they were erased') }),
};
const PROVISIONAL = flag(
  'Only a signed event speaks for the link so far: it is confirmed without a further message, or it ends',
);
const because = text('Why the link before ended; absent: not known', 'relinked').optional();
const STATE = {
  connected_account_id: accountId,
  user_id: textOrNull('Whose the account is; null: nobody’s', SAMPLE.user_id),
  ...ACCOUNT,
  before: before({ state: textOrNull('How it stood; null: that wasn’t told', 'connected') }),
};
const claimedUserId = text(
  'Whom the metadata names, whether or not your table has such a user; absent: nobody',
  SAMPLE.user_id,
).optional();
const CASE = {
  connected_account_id: accountIdOrNull,
  user_id: textOrNull('Whose the account is; null: nobody’s', SAMPLE.user_id),
  ...ACCOUNT,
  before: before({ reason: textOrNull('Why it needed a person; null: it needed none') }),
};

const message = <Type extends MessageType, Data extends z.ZodRawShape>(type: Type, data: Data) =>
  z.strictObject({
    type: described(z.literal(type), 'What happened'),
    timestamp: instant('When it happened'),
    data: described(z.strictObject({ ...ABOUT, ...data }), 'Of what, and what became of it'),
  });

const IDS = {
  message_id: SAMPLE.event_id,
  position: 1042,
  about: SAMPLE.subject,
  sequence: 3,
  workspace_id: SAMPLE.workspace_id,
  user_id: SAMPLE.user_id,
  connected_account_id: SAMPLE.account_id,
  connect_webview_id: SAMPLE.webview_id,
  account_type: 'august',
  account_type_display_name: 'August',
} as const;
const AT = { timestamp: SAMPLE.at } as const;

export const MESSAGE_SCHEMAS = {
  'account.linked': named(
    'AccountLinkedMessage',
    'The account has come to belong to a user, and to nobody before.',
    message('account.linked', { ...LINK, user_id: userId, is_provisional: PROVISIONAL }),
    {
      type: 'account.linked',
      ...AT,
      data: { ...IDS, state: 'connected', is_provisional: false, before: { user_id: null } },
    },
  ),
  'account.relinked': named(
    'AccountRelinkedMessage',
    'The account belongs to another user than it did.',
    message('account.relinked', { ...LINK, user_id: userId, is_provisional: PROVISIONAL, because }),
    {
      type: 'account.relinked',
      ...AT,
      data: {
        ...IDS,
        state: 'connected',
        is_provisional: false,
        because: 'relinked',
        before: { user_id: SAMPLE.other_user_id },
      },
    },
  ),
  'account.unlinked': named(
    'AccountUnlinkedMessage',
    'The account belongs to nobody any more.',
    message('account.unlinked', { ...LINK, user_id: nobody, because }),
    {
      type: 'account.unlinked',
      ...AT,
      data: {
        ...IDS,
        user_id: null,
        state: 'deleted',
        because: 'account_deleted',
        before: { user_id: SAMPLE.user_id },
      },
    },
  ),
  'account.disconnected': named(
    'AccountDisconnectedMessage',
    'The account stopped working: its maker doesn’t accept what the user signed in with any more, or can’t be reached.',
    message('account.disconnected', STATE),
    {
      type: 'account.disconnected',
      ...AT,
      data: { ...IDS, state: 'disconnected', before: { state: 'connected' } },
    },
  ),
  'account.reconnected': named(
    'AccountReconnectedMessage',
    'The account works again.',
    message('account.reconnected', STATE),
    {
      type: 'account.reconnected',
      ...AT,
      data: { ...IDS, state: 'connected', before: { state: 'disconnected' } },
    },
  ),
  'account.reauthorization_requested': named(
    'AccountReauthorizationRequestedMessage',
    'Its maker asks the user to sign in again.',
    message('account.reauthorization_requested', STATE),
    {
      type: 'account.reauthorization_requested',
      ...AT,
      data: { ...IDS, state: 'reauthorization_requested', before: { state: 'connected' } },
    },
  ),
  'account.deleted': named(
    'AccountDeletedMessage',
    'The account is gone from Seam, for good.',
    message('account.deleted', STATE),
    {
      type: 'account.deleted',
      ...AT,
      data: { ...IDS, user_id: null, state: 'deleted', before: { state: 'connected' } },
    },
  ),
  'webview.login_failed': named(
    'WebviewLoginFailedMessage',
    'A user tried to sign in with their lock’s maker in a webview, and could not.',
    message('webview.login_failed', {
      connected_account_id: accountIdOrNull,
      user_id: textOrNull('Whose the account is; null: nobody’s', SAMPLE.user_id),
      ...ACCOUNT,
      claimed_user_id: claimedUserId,
      description: text('Seam’s words; absent: it has none', 'Wrong password').optional(),
    }),
    {
      type: 'webview.login_failed',
      ...AT,
      data: {
        message_id: SAMPLE.event_id,
        position: 1042,
        about: SAMPLE.webview_subject,
        sequence: 1,
        workspace_id: SAMPLE.workspace_id,
        user_id: null,
        connected_account_id: null,
        connect_webview_id: SAMPLE.webview_id,
        claimed_user_id: SAMPLE.user_id,
        description: 'Wrong password',
      },
    },
  ),
  'connection.needs_attention': named(
    'ConnectionNeedsAttentionMessage',
    'The connection stands still until a person (or your app) does something about it.',
    message('connection.needs_attention', {
      ...CASE,
      reason: text('Why; docs/reasons.md explains each', 'user_not_found'),
      claimed_user_id: claimedUserId,
    }),
    {
      type: 'connection.needs_attention',
      ...AT,
      data: {
        ...IDS,
        user_id: null,
        state: 'connected',
        reason: 'user_not_found',
        claimed_user_id: SAMPLE.other_user_id,
        before: { reason: null },
      },
    },
  ),
  'connection.settled': named(
    'ConnectionSettledMessage',
    'The connection needs nobody any more: it was linked, put right, set aside or is gone.',
    message('connection.settled', CASE),
    {
      type: 'connection.settled',
      ...AT,
      data: { ...IDS, state: 'connected', before: { reason: 'user_not_found' } },
    },
  ),
} as const satisfies { readonly [Type in MessageType]: z.ZodType<{ type: Type }> };
