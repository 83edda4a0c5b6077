import { z } from 'zod';
import { described, instant, text } from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/** What a person sends to see whether an endpoint takes it (endpoints/test-body.ts makes it). */
export const testMessage = named(
  'EndpointTestMessage',
  'A test of the endpoint, signed as all messages are. It tells of nothing: take it and do nothing.',
  z.strictObject({
    type: described(z.literal('endpoint.test'), 'A test'),
    timestamp: instant('When it was sent'),
    data: described(
      z.strictObject({
        message_id: text('Of this test', SAMPLE.event_id),
        is_test: described(z.literal(true), 'It is a test'),
        endpoint: text('What the endpoint is called', 'production'),
      }),
      'Of which endpoint',
    ),
  }),
  {
    type: 'endpoint.test',
    timestamp: SAMPLE.at,
    data: { message_id: SAMPLE.event_id, is_test: true, endpoint: 'production' },
  },
);
