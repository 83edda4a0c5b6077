import { randomUUID } from 'node:crypto';
import { Webhook } from 'svix';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyStored } from '../../../src/support/setup/verify.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { OTHER_SECRET, SECRET } from '../../fixtures/settings.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const LONG_AGO = new Date('2020-02-29T12:00:00Z');
const BODY = '{"event_type":"connected_account.created","name":"Zoë"}';

const store = async (change: { body?: Buffer; signature?: Record<string, string> } = {}) => {
  const id = randomUUID();
  const signature = {
    'svix-id': 'msg_1',
    'svix-timestamp': String(LONG_AGO.getTime() / 1_000),
    'svix-signature': `v1,AAAA ${new Webhook(SECRET).sign('msg_1', LONG_AGO, BODY)}`,
  };
  await database.pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
     values ($1, 'connected_account.created', 'connected_account:1', $2, $3)`,
    [id, change.body ?? Buffer.from(BODY), change.signature ?? signature],
  );
  return id;
};

test('a stored delivery is verified from its raw bytes, however old, with any of the secrets', async () => {
  const id = await store();
  const secrets = [OTHER_SECRET, SECRET];
  expect(await verifyStored(database.pool, secrets, id)).toMatchObject({
    event_id: id,
    result: 'verified',
    secret: 2,
    signed_at: LONG_AGO.toISOString(),
  });
});

test('another secret, or one byte that was changed, is told', async () => {
  const bad = { result: 'bad_signature', secret: null };
  expect(await verifyStored(database.pool, [OTHER_SECRET], await store())).toMatchObject(bad);
  const changed = await store({ body: Buffer.from(BODY.replace('Zoë', 'Zoe')) });
  expect(await verifyStored(database.pool, [SECRET], changed)).toMatchObject(bad);
  const noText = await store({ body: Buffer.from([0xff, 0xfe]) });
  expect(await verifyStored(database.pool, [SECRET], noText)).toMatchObject(bad);
});

test('what came without a signature is told, and what is not there', async () => {
  const id = await store({ signature: {} });
  expect(await verifyStored(database.pool, [SECRET], id)).toMatchObject({ result: 'unsigned' });
  expect(await verifyStored(database.pool, [SECRET], 'nothing')).toBeNull();
});
