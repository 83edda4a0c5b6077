import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MESSAGE_SCHEMAS } from '../../src/api/schemas/messages.ts';
import { WEBHOOK_SCHEMAS } from '../../src/api/webhooks.ts';
import { testBody } from '../../src/endpoints/test-body.ts';
import { MESSAGE_TYPES } from '../../src/model/message.ts';
import { messageBody } from '../../src/outbox/body.ts';
import { blocksOf, sectionOf } from '../fixtures/contract-document.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { tellEverything } from '../fixtures/every-message.ts';

/* What the document says of messages is what is sent: each field, and no other. */

let database: TestDatabase;
let bodies: Awaited<ReturnType<typeof tellEverything>>;
beforeAll(async () => {
  database = await createTestDatabase();
  bodies = await tellEverything(database);
});
afterAll(() => database[Symbol.asyncDispose]());

describe.each(MESSAGE_TYPES)('%s', type => {
  const schema = MESSAGE_SCHEMAS[type];

  test('is as it was really written', () => {
    const body = bodies.get(type);
    expect(body).toBeDefined();
    expect(schema.parse(body)).toEqual(body);
  });

  test('is as the contract shows it', () => {
    const [example = ''] = blocksOf('json', sectionOf(`### \`${type}\``));
    expect(schema.parse(JSON.parse(example))).toEqual(JSON.parse(example));
  });

  test('has no field that isn’t told of', () => {
    const { data, ...rest } = bodies.get(type) ?? { data: {} };
    expect(schema.safeParse({ ...rest, data: { ...data, news: 1 } }).success).toBe(false);
  });
});

test('the trace in which it came about is told of', () => {
  const body = messageBody({
    position: 1,
    messageId: '0d3b6f1a-77c1-4be2-8e0f-4f5c2a9b1e68',
    type: 'account.linked',
    about: 'connected_account:acc',
    sequence: 1,
    at: new Date(),
    workspaceId: null,
    userId: 'ada',
    connectedAccountId: 'acc',
    connectWebviewId: null,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    data: { is_provisional: true, before: { user_id: null } },
  });
  expect(MESSAGE_SCHEMAS['account.linked'].parse(body).data.trace_id).toHaveLength(32);
});

test('a test is as it is sent', () => {
  const body = testBody('0d3b6f1a-77c1-4be2-8e0f-4f5c2a9b1e68', 'production', new Date());
  expect(WEBHOOK_SCHEMAS['endpoint.test']?.parse(body)).toEqual(body);
});
