import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { Webhook } from 'svix';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientApp, makeClientApp, type Program } from '../fixtures/client-app.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { addEndpoint, owe, sendAll, senderOf, sendingsOf } from '../fixtures/endpoints.ts';
import { OTHER_SECRET } from '../fixtures/settings.ts';

/* The client's package in an app of its own, in a process of its own: it takes what is really sent, and nothing else. */

const FRAMEWORKS = ['express', 'fastify', 'hono', 'next'] as const;
type Place = (typeof FRAMEWORKS)[number] | 'odd' | 'read';

const stack = new AsyncDisposableStack();
let database: TestDatabase;
let app: ClientApp;
let program: Program;
let endpoint: Awaited<ReturnType<typeof addEndpoint>>;
let ports: Record<Place, number>;
beforeAll(async () => {
  database = stack.use(await createTestDatabase());
  app = stack.use(await makeClientApp(path.join(import.meta.dirname, 'app')));
  endpoint = await addEndpoint(database.pool, { target: 'http://127.0.0.1:1/' });
  program = stack.use(
    app.start('serve.ts', {
      RECONCILER_SECRET: endpoint.secret,
      RECONCILER_SECRETS: `${OTHER_SECRET} ${endpoint.secret}`,
    }),
  );
  ports = JSON.parse(await program.said('ports '));
});
afterAll(() => stack.disposeAsync());

test('every example and program compiles, with the types of all packages looked at', async () => {
  expect(await app.complaints()).toBe('');
});

const bodyOf = (type = 'account.linked'): string =>
  JSON.stringify({
    type,
    timestamp: new Date().toISOString(),
    data: { message_id: randomUUID(), user_id: 'Zoë', connected_account_id: 'acc' },
  });

type Sent = Readonly<{
  secret?: string;
  body?: string;
  signed?: string;
  ago?: number;
  headers?: object;
}>;

/** @param sent.signed the body that the signature is of, where it is another than is sent */
const send = async (place: Place, sent: Sent = {}, at = '/webhooks/connections') => {
  const { secret = endpoint.secret, body = bodyOf(), signed = body, ago = 0, headers = {} } = sent;
  const id = randomUUID();
  const time = new Date(Date.now() - ago * 1_000);
  const response = await fetch(`http://127.0.0.1:${ports[place]}${at}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(time.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, time, signed),
      ...headers,
    },
    body,
  });
  return { status: response.status, text: await response.text() };
};

describe.each(FRAMEWORKS)('%s', place => {
  test('takes what is really sent', async () => {
    await database.pool.query('update reconciler.endpoints set target = $1', [
      `http://127.0.0.1:${ports[place]}/webhooks/connections`,
    ]);
    const before = program.lines().length;
    const abouts = [`connected_account:of ${place}`, `connected_account:other of ${place}`];
    await owe(database.pool, endpoint.id, abouts);
    await sendAll(senderOf(database.pool), endpoint.id);
    const rows = await sendingsOf(database.pool, endpoint.id);
    expect(rows.filter(({ state }) => state !== 'delivered')).toEqual([]);
    expect(program.lines().slice(before)).toHaveLength(2);
  });

  test('takes what it doesn’t know yet', async () => {
    expect((await send(place, { body: bodyOf('account.renamed') })).status).toBe(204);
  });

  const body = bodyOf();
  test.each<[string, Sent]>([
    ['is signed with another secret', { secret: OTHER_SECRET }],
    ['was signed ten minutes ago', { ago: 600 }],
    ['was signed in ten minutes', { ago: -600 }],
    [
      'says another time than was signed',
      { headers: { 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) - 7) } },
    ],
    ['says a time that is none', { headers: { 'webhook-timestamp': 'now' } }],
    ['has another id than was signed', { headers: { 'webhook-id': 'another' } }],
    ['is another body', { body: body.replace('Zoë', 'Zoe'), signed: body }],
    ['is the same with a blank more', { body: `${body} `, signed: body }],
    ['is cut off', { body: body.slice(0, -20), signed: body }],
    ['is empty', { body: '', signed: body }],
    ['has rubbish for a signature', { headers: { 'webhook-signature': 'v1 v1, ,v1' } }],
    ['has no signature', { headers: { 'webhook-signature': '' } }],
    ['is well signed, and no JSON', { body: body.slice(0, -1) }],
    ['is well signed, and no message', { body: '["account.linked"]' }],
    ['is well signed, and null', { body: 'null' }],
  ])('refuses what %s', async (_what, sent) => {
    const { status } = await send(place, sent);
    expect(status).toBe(400);
  });

  test('refuses what is far too long', async () => {
    expect((await send(place, { body: ' '.repeat(1_100_000) })).status).toBe(413);
  });
});

describe('of how an app has read the body', () => {
  const saidAt = async (at: string, sent?: Sent): Promise<string> =>
    (await send('odd', sent, at)).text;

  test('untouched, as text, or kept beside what was parsed: it is taken', async () => {
    for (const at of ['/stream', '/text', '/kept']) {
      expect(await saidAt(at), at).toBe('taken account.linked');
    }
  });

  test('parsed, or read before: the error says what to do, and is the app’s own', async () => {
    expect(await saidAt('/json')).toBe('body_parsed');
    expect(await saidAt('/drained')).toBe('body_read');
    expect((await send('read')).text).toBe('body_read');
  });

  test('longer than the app wants it', async () => {
    expect(await saidAt('/small')).toBe('body_too_large');
  });

  test('each reason is told', async () => {
    expect(await saidAt('/stream', { ago: 301 })).toBe('too_old');
    expect(await saidAt('/stream', { ago: -310 })).toBe('too_new');
    expect(await saidAt('/stream', { body: '1', signed: '2' })).toBe('wrong_signature');
    expect(await saidAt('/stream', { headers: { 'webhook-id': '' } })).toBe('missing_header');
    expect(await saidAt('/stream', { body: '1' })).toBe('not_a_message');
  });
});

test('while its secret is rotated, either fits', async () => {
  for (const secret of [OTHER_SECRET, endpoint.secret]) {
    const { text } = await send('odd', { secret }, '/stream');
    expect(text).toBe('taken account.linked');
  }
});
