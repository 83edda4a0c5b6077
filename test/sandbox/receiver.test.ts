import { Webhook } from 'svix';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestBody, testBody } from '../../src/endpoints/test-body.ts';
import { startHttpServer } from '../../src/http/server.ts';
import type { MessageBody } from '../../src/outbox/body.ts';
import { createToldRouter } from '../../src/sandbox/pretend/told.ts';
import { createReceiver } from '../../src/sandbox/receiver.ts';
import { silentLog } from '../fixtures/settings.ts';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two characters').toString('base64')}`;
const NEXT = `whsec_${Buffer.from('another one that it is rotated to').toString('base64')}`;
const secrets = [SECRET];
const receiver = createReceiver(async () => secrets, 5);

const stack = new AsyncDisposableStack();
let url: string;
beforeAll(async () => {
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routers: [createToldRouter(receiver, 'http://127.0.0.1:1')],
    log: silentLog,
  });
  ({ url } = stack.use(server));
});
afterAll(() => stack.disposeAsync());

const bodyOf = (sequence: number, user = 'ada'): MessageBody => ({
  type: 'account.linked',
  timestamp: '2026-11-27T12:00:00.000Z',
  data: {
    message_id: `message-${sequence}`,
    position: sequence,
    about: 'connected_account:<b>',
    sequence,
    workspace_id: null,
    user_id: user,
    connected_account_id: '<b>',
    connect_webview_id: null,
    before: { user_id: null },
  },
});
const tell = async (
  body: MessageBody | TestBody,
  secret = SECRET,
  more: Record<string, string> = {},
) => {
  const text = JSON.stringify(body);
  const now = new Date();
  const id = body.data.message_id;
  const response = await fetch(`${url}/app/messages`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, now, text),
      ...more,
    },
    body: text,
  });
  return response.status;
};
const choose = (manner: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/app/told`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: `manner=${manner}`,
  });
const page = async () => (await fetch(`${url}/app/told`)).text();

describe('the pretend app that is told', () => {
  test('takes what is signed, shows it, and knows what it has taken', async () => {
    expect(await page()).toContain('Nothing yet.');
    expect(await tell(bodyOf(1))).toBe(204);
    expect(receiver.latest()).toMatchObject([
      { messageId: 'message-1', status: 204, isKnown: false },
    ]);
    const shown = await page();
    expect(shown).toContain('<code>account.linked</code>');
    expect(shown).toContain('<code>&lt;b&gt;</code>');
    expect(shown).not.toContain('<b>');
    expect(await tell(bodyOf(1))).toBe(204);
    expect(receiver.latest()[0]?.isKnown).toBe(true);
    expect(await page()).toContain('Taken, and known already');
  });

  test('refuses and keeps nothing that its endpoint has not signed', async () => {
    const before = receiver.latest().length;
    expect(await tell(bodyOf(2), NEXT)).toBe(400);
    expect(await tell(bodyOf(2), SECRET, { 'webhook-id': 'another' })).toBe(400);
    expect(await tell(bodyOf(2), SECRET, { 'webhook-timestamp': '1' })).toBe(400);
    expect(receiver.latest()).toHaveLength(before);
  });

  test('goes along with a rotation', async () => {
    secrets.splice(0, 1, NEXT);
    expect(await tell(bodyOf(2), NEXT)).toBe(204);
    expect(await tell(bodyOf(2), SECRET)).toBe(400);
    secrets.splice(0, 1, SECRET);
  });

  test.each([
    { manner: 'error', status: 500, says: 'is tried again' },
    { manner: 'gone', status: 410, says: 'is switched off' },
    { manner: 'slow', status: 204, says: 'is tried again' },
    { manner: 'well', status: 204, says: 'Take what it is told' },
  ])('does as it is told to: $manner', async ({ manner, status, says }) => {
    expect((await choose(manner)).status).toBe(303);
    expect(await page()).toContain(says);
    expect(await tell(bodyOf(3))).toBe(status);
    expect(receiver.latest()[0]).toMatchObject({ messageId: 'message-3', status });
  });

  test('has not taken what it refused: it is new when it comes again', async () => {
    await choose('error');
    await tell(bodyOf(4));
    await choose('well');
    await tell(bodyOf(4));
    expect(receiver.latest().slice(0, 2)).toMatchObject([
      { status: 204, isKnown: false },
      { status: 500, isKnown: false },
    ]);
  });

  test('shows a test, which is of no connection', async () => {
    expect(await tell(testBody('test-1', 'pretend app', new Date()))).toBe(204);
    const shown = await page();
    expect(shown).toContain('<code>endpoint.test</code>');
    expect(shown).not.toContain('undefined');
  });

  test('is not changed by a stranger’s page, nor by what it can’t do', async () => {
    expect((await choose('gone', { origin: 'https://stranger.example' })).status).toBe(403);
    expect((await choose('nonsense')).status).toBe(400);
    expect(receiver.manner()).toBe('well');
  });
});
