import { z } from 'zod';
import { listMessages, messagesOf, readMessage } from '../../support/endpoints/messages.ts';
import { sendAgain } from '../../support/endpoints/send-again.ts';
import { described, limitOf, subjectParam, why } from '../fields.ts';
import { named } from '../named.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { SAMPLE } from '../sample.ts';
import {
  connectionMessages,
  messageDetails,
  messageFeed,
  messageType,
  toDetails,
  toMessage,
} from './message-schemas.ts';

const MOST = 1_000;
const MOST_OF_A_CONNECTION = 100;

const position = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const text = z.string().min(1).max(600);

const messageParams = z.strictObject({
  message_id: described(z.string().min(1).max(100), 'The id of a message', SAMPLE.event_id),
});

export const MESSAGE_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/messages',
    needs: 'view',
    reach: 'messages',
    operationId: 'listMessages',
    mayBeGone: true,
    tag: 'Messages',
    summary: 'List what your app is told: follow it with `after`, or read the newest',
    query: z.strictObject({
      after: described(
        position.optional(),
        'Only messages after this position, the oldest first: 0 from the beginning, then each time `next_after`',
        1042,
      ),
      before: described(position.optional(), 'Only messages before this position', 1042),
      types: described(z.array(messageType).min(1).optional(), 'Only of these types', [
        'account.linked',
      ]),
      user: described(
        text.optional(),
        'Only of accounts that were this user’s, or had been until then',
        SAMPLE.user_id,
      ),
      account: described(text.optional(), 'Only about this connected account', SAMPLE.account_id),
      about: described(text.optional(), 'Only about this connection', SAMPLE.subject),
      limit: limitOf(MOST, 100),
    }),
    answer: messageFeed,
    rows: ({ messages }) => messages.length,
    handle: async ({ desk, actor, query }) => {
      const { messages, more } = await listMessages(desk, actor, query);
      const { after = null } = query;
      return {
        messages: messages.map(toMessage),
        next_after: after === null ? null : (messages.at(-1)?.position ?? after),
        more,
      };
    },
  }),
  apiRoute({
    method: 'get',
    path: '/messages/{message_id}',
    needs: 'view',
    reach: 'messages',
    operationId: 'getMessage',
    tag: 'Messages',
    summary: 'Get a message, and what your app answered',
    params: messageParams,
    answer: messageDetails,
    handle: async ({ desk, actor, params }) =>
      toDetails(await readMessage(desk, actor, params.message_id)),
  }),
  apiRoute({
    method: 'post',
    path: '/messages/{message_id}/send',
    needs: 'send_again',
    reach: 'messages',
    operationId: 'sendMessageAgain',
    tag: 'Messages',
    summary: 'Send a message again, with the id that it had',
    params: messageParams,
    body: named(
      'SendAgainRequest',
      'Where to send a message again.',
      z.strictObject({
        endpoint_id: described(
          z.int().positive().optional(),
          'To this endpoint; left out: to each that it was for, or that wants it',
          1,
        ),
        why: why().optional(),
      }),
      { endpoint_id: 1, why: SAMPLE.why },
    ),
    answer: named(
      'SentAgain',
      'To which endpoints a message is sent again.',
      z.strictObject({ endpoints: described(z.array(z.number()), 'Their ids', [1]) }),
      { endpoints: [1] },
    ),
    handle: ({ desk, actor, params, body }) =>
      sendAgain(desk, actor, params.message_id, { endpointId: body.endpoint_id, why: body.why }),
  }),
  apiRoute({
    method: 'get',
    path: '/connections/{subject}/messages',
    needs: 'view',
    reach: 'connection',
    operationId: 'listConnectionMessages',
    tag: 'Messages',
    summary: 'List the messages to your app about a connection, and what it answered',
    params: z.strictObject({ subject: subjectParam }),
    query: z.strictObject({ limit: limitOf(MOST_OF_A_CONNECTION, 20) }),
    answer: connectionMessages,
    rows: ({ messages }) => messages.length,
    handle: async ({ desk, actor, params, query }) => {
      const { messages, more } = await messagesOf(desk, actor, params.subject, query.limit);
      return { messages: messages.map(toDetails), more };
    },
  }),
];
