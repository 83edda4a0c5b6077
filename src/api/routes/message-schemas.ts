import { z } from 'zod';
import { MESSAGE_TYPES, SENDING_STATES } from '../../model/message.ts';
import type {
  MessageDetails,
  MessageView,
  SendingView,
  TryView,
} from '../../support/endpoints/types.ts';
import {
  accountIdOrNull,
  described,
  flag,
  instant,
  instantOrNull,
  number,
  text,
  textOrNull,
  webviewIdOrNull,
  workspaceIdOrNull,
} from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/* Messages and what the app answered, as the API tells them. */

export const messageType = named(
  'MessageType',
  'What a message tells of; docs/contract.md explains each. There may be more of them one day: pass over those that you don’t know.',
  z.enum(MESSAGE_TYPES),
  'account.linked',
);

const DATA_EXAMPLE = {
  state: 'connected',
  account_type: 'august',
  account_type_display_name: 'August',
  is_provisional: false,
  before: { user_id: null },
};

/** Loose: a message may hold what only a later version writes. */
const messageData = named(
  'MessageData',
  'What a message says besides what it is about. Which fields there are depends on its type.',
  z.looseObject({
    state: text('How the account stands', 'connected').optional(),
    account_type: text('Whose make it is, as Seam names it', 'august').optional(),
    account_type_display_name: text('The same in words', 'August').optional(),
    is_provisional: described(
      z.boolean().optional(),
      'Of a link: whether only a signed event speaks for it so far',
    ),
    because: text('Of a link that ended: why', 'relinked').optional(),
    reason: text('Of what needs a person: why', 'user_not_found').optional(),
    claimed_user_id: text('Whom the metadata names', SAMPLE.user_id).optional(),
    description: text('Seam’s words on a sign-in that failed', 'Wrong password').optional(),
    before: described(
      z
        .looseObject({
          user_id: textOrNull('Whose it was; null: nobody’s', SAMPLE.other_user_id).optional(),
          state: textOrNull('How it stood; null: that wasn’t told', 'disconnected').optional(),
          reason: textOrNull('Why it needed a person; null: it needed none').optional(),
        })
        .optional(),
      'What your app was told before, of what this message changes',
    ),
  }),
  DATA_EXAMPLE,
);

const MESSAGE = {
  position: number(
    'Its place in the order of all messages: none ever comes to stand before one that was there',
    1042,
  ),
  message_id: text('The same whenever and wherever it is sent: `webhook-id`', SAMPLE.event_id),
  type: messageType,
  about: text(
    'Which connection: `connected_account:<id>`, or `connect_webview:<id>` of a webview that led to no account',
    SAMPLE.subject,
  ),
  sequence: number('Counts the messages about one connection, without a gap', 3),
  at: instant('When what it tells of took place'),
  workspace_id: workspaceIdOrNull,
  user_id: textOrNull(
    'Whose the account was by then; null: nobody’s. An id that begins with `erased:` stands for a user who was erased',
    SAMPLE.user_id,
  ),
  connected_account_id: accountIdOrNull,
  connect_webview_id: webviewIdOrNull,
  data: messageData,
};

const messageFields = z.strictObject(MESSAGE);
const MESSAGE_EXAMPLE: z.input<typeof messageFields> = {
  position: 1042,
  message_id: SAMPLE.event_id,
  type: 'account.linked',
  about: SAMPLE.subject,
  sequence: 3,
  at: SAMPLE.at,
  workspace_id: SAMPLE.workspace_id,
  user_id: SAMPLE.user_id,
  connected_account_id: SAMPLE.account_id,
  connect_webview_id: SAMPLE.webview_id,
  data: DATA_EXAMPLE,
};

const message = named('Message', 'What your app is told.', messageFields, MESSAGE_EXAMPLE);

export const toMessage = (view: MessageView) => ({
  position: view.position,
  message_id: view.messageId,
  type: view.type,
  about: view.about,
  sequence: view.sequence,
  at: view.at.toISOString(),
  workspace_id: view.workspaceId,
  user_id: view.userId,
  connected_account_id: view.connectedAccountId,
  connect_webview_id: view.connectWebviewId,
  data: view.data,
});

/** Of one try. */
export const TRY = {
  at: instant('When it was sent'),
  duration_ms: number('How long it took', 38),
  status: described(
    z.number().nullable(),
    'The HTTP status; null: there was no answer, or it is a queue',
    200,
  ),
  fault: textOrNull('Why it failed; null: your app has taken it'),
  answer: textOrNull(
    'The beginning of what your app answered; null: nothing, or it is hidden from you',
    '{"ok":true}',
  ),
};
export const TRY_EXAMPLE = {
  at: SAMPLE.at,
  duration_ms: 38,
  status: 200,
  fault: null,
  answer: '{"ok":true}',
};
export const toTry = ({ at, durationMs, status, fault, answer }: TryView) => ({
  at: at.toISOString(),
  duration_ms: durationMs,
  status,
  fault,
  answer,
});

const sendingFields = z.strictObject({
  endpoint_id: number('Which endpoint', 1),
  endpoint_name: text('What it is called', 'production'),
  state: described(z.enum(SENDING_STATES), '`dead`: it was given up, until someone sends it again'),
  failed_attempts: number('Tries that failed, since it was first or last asked for', 0),
  due_at: instantOrNull('When it is tried again, where it has failed; null: when its turn comes'),
  finished_at: instantOrNull('When it was taken or given up; null: it waits'),
  tries: described(
    z.array(named('SendingTry', 'One try to send a message.', z.strictObject(TRY), TRY_EXAMPLE)),
    'The newest first, at most 10',
  ),
});
const SENDING_EXAMPLE: z.input<typeof sendingFields> = {
  endpoint_id: 1,
  endpoint_name: 'production',
  state: 'delivered',
  failed_attempts: 0,
  due_at: null,
  finished_at: SAMPLE.at,
  tries: [TRY_EXAMPLE],
};
const sending = named(
  'Sending',
  'One message that is owed to one endpoint, or was sent to it.',
  sendingFields,
  SENDING_EXAMPLE,
);

const toSending = (view: SendingView) => ({
  endpoint_id: view.endpointId,
  endpoint_name: view.endpointName,
  state: view.state,
  failed_attempts: view.failedAttempts,
  due_at: view.dueAt?.toISOString() ?? null,
  finished_at: view.finishedAt?.toISOString() ?? null,
  tries: view.tries.map(toTry),
});

const DETAILS_EXAMPLE = { ...MESSAGE_EXAMPLE, sendings: [SENDING_EXAMPLE] };
export const messageDetails = named(
  'MessageDetails',
  'What your app is told, and what it answered.',
  z.strictObject({
    ...MESSAGE,
    sendings: described(z.array(sending), 'One for each endpoint that it is for'),
  }),
  DETAILS_EXAMPLE,
);
export const toDetails = ({ sendings, ...view }: MessageDetails) => ({
  ...toMessage(view),
  sendings: sendings.map(toSending),
});

export const messageFeed = named(
  'MessageFeed',
  'Messages in their order, a page at a time.',
  z.strictObject({
    messages: described(
      z.array(message),
      'With `after` the oldest of those that come after it first; else the newest first',
    ),
    next_after: described(
      z.number().nullable(),
      'Give it as `after` to read on, also when there is nothing new yet; null: no `after` was given',
      1042,
    ),
    more: flag('Whether there are more by now: ask again at once'),
  }),
  { messages: [MESSAGE_EXAMPLE], next_after: 1042, more: false },
);
export const connectionMessages = named(
  'ConnectionMessages',
  'The messages to your app about a connection.',
  z.strictObject({
    messages: described(z.array(messageDetails), 'The newest first'),
    more: flag('Whether there are older ones'),
  }),
  { messages: [DETAILS_EXAMPLE], more: false },
);
