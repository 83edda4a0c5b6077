import type { z } from 'zod';
import type { Components } from './components.ts';
import { SAMPLE } from './sample.ts';
import { MESSAGE_SCHEMAS } from './schemas/messages.ts';
import { testMessage } from './schemas/test-message.ts';

/** Every type of message that is POSTed to endpoints, with what it looks like. */
export const WEBHOOK_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  ...MESSAGE_SCHEMAS,
  'endpoint.test': testMessage,
};

const header = (name: string, description: string, example: string, required = true) => ({
  name,
  in: 'header',
  required,
  description,
  example,
  schema: { type: 'string' },
});

/** As Standard Webhooks has them: https://www.standardwebhooks.com. */
const HEADERS = [
  header('webhook-id', 'The `message_id`', SAMPLE.event_id),
  header(
    'webhook-timestamp',
    'When this try was made, in seconds since 1970: refuse what is older than five minutes',
    '1795356207',
  ),
  header(
    'webhook-signature',
    '`v1,…`, of the id, the timestamp and the body’s bytes; while a secret is rotated one for each, separated by blanks',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
  header(
    'traceparent',
    'Of your app’s part of the trace. It is not signed',
    `00-${SAMPLE.trace_id}-00f067aa0ba902b7-01`,
    false,
  ),
];

const RESPONSES = {
  '2XX': { description: 'Taken: it is not sent again. Answer within 15 seconds' },
  '410': { description: 'No more: the endpoint is disabled' },
  '429': {
    description: 'Later: it is sent again after `Retry-After`, and no try is used up',
  },
  default: { description: 'Not taken: it is sent again, eight times in about 27.6 hours' },
};

/** The document's `webhooks`: what is sent to the app, by its type. */
export const webhooksOf = (components: Components): Readonly<Record<string, object>> =>
  Object.fromEntries(
    Object.entries(WEBHOOK_SCHEMAS).map(([type, schema]) => {
      const { description, examples } = schema.meta() as {
        description: string;
        examples: readonly unknown[];
      };
      const post = {
        tags: ['Messages'],
        summary: description,
        security: [],
        parameters: HEADERS,
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: components.schemaOf(schema, 'output'),
              example: examples[0],
            },
          },
        },
        responses: RESPONSES,
      };
      return [type, { post }];
    }),
  );
