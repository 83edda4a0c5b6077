import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { Webhook } from 'svix';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { OTHER_SECRET, SECRET } from '../fixtures/settings.ts';
import {
  type Answer,
  event,
  JSON_TYPE,
  MARK,
  openWeb,
  type Sent,
  sign,
  signed,
  type TestWeb,
} from '../fixtures/web.ts';

const FOREIGN_SECRET = `whsec_${Buffer.from('nobody knows this one').toString('base64')}`;
const SIX_MINUTES_MS = 6 * 60_000;

const stack = new AsyncDisposableStack();
let database: TestDatabase;
let web: TestWeb;

beforeAll(async () => {
  database = stack.use(await createTestDatabase());
  web = stack.use(await openWeb(database.url));
});
afterAll(() => stack.disposeAsync());

const countRows = async (): Promise<number> => {
  const { rows } = await database.pool.query(
    `select (select count(*) from reconciler.deliveries)
          + (select count(*) from (select subject from reconciler.reconciliations
                             union select subject from reconciler.uncounted) as subjects) as n`,
  );
  return Number(rows[0]?.n);
};

const stored = async (accountId: string) => {
  const { rows } = await database.pool.query(
    'select body, signature from reconciler.deliveries where subject = $1',
    [`connected_account:${accountId}`],
  );
  return rows as { body: Buffer; signature: Record<string, string> }[];
};

const expectStillWorking = async (): Promise<void> => {
  expect(await web.send(signed(event()))).toMatchObject({ status: 204, text: '' });
};

/** Refused in our one shape, in words that give nothing away, with nothing stored and nothing broken. */
const expectRefused = async (sent: Sent, status: number, type: string): Promise<Answer> => {
  const rowsBefore = await countRows();
  const answer = await web.send(sent);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toStrictEqual({
    error: { type, message: expect.stringMatching(/^[A-Z][^\n]{5,120}\.$/) },
  });
  expect(answer.text).not.toMatch(/\bat .*:\d+|node_modules|whsec|stack/i);
  expect(answer.text).not.toContain(MARK);
  expect(answer.headers).not.toHaveProperty('x-powered-by');
  expect(await countRows()).toBe(rowsBefore);
  await expectStillWorking();
  return answer;
};

const nested = (open: string, close: string, depth: number): Buffer =>
  Buffer.from(open.repeat(depth) + close.repeat(depth));
const good = event();

describe('a webhook that Seam did not sign, or not now, is refused and leaves no trace', () => {
  const other = { body: Buffer.concat([good, Buffer.from(' ')]) };
  test.each<[string, string, Sent]>([
    ['no signature at all', 'unsigned', { body: good, headers: JSON_TYPE }],
    ['nothing at all', 'unsigned', { body: Buffer.alloc(0), headers: JSON_TYPE }],
    ['no id', 'unsigned', signed(good, { 'svix-id': '' })],
    ['no time', 'unsigned', signed(good, { 'svix-timestamp': '' })],
    ['another secret', 'bad_signature', signed(good, sign(good, { secret: FOREIGN_SECRET }))],
    ['six minutes old', 'too_old', signed(good, sign(good, { ageMs: SIX_MINUTES_MS }))],
    ['six minutes early', 'too_old', signed(good, sign(good, { ageMs: -SIX_MINUTES_MS }))],
    ['another body', 'bad_signature', signed(good, sign(event()))],
    ['one space more', 'bad_signature', { ...signed(good), ...other }],
    ['another id', 'bad_signature', signed(good, { 'svix-id': 'msg_other' })],
    ['two ids', 'bad_signature', signed(good, { 'svix-id': ['msg_1', 'msg_2'] })],
    ['no number as time', 'bad_signature', signed(good, { 'svix-timestamp': 'yesterday' })],
    ['a time beyond all', 'too_old', signed(good, { 'svix-timestamp': '9'.repeat(400) })],
    ['a time below zero', 'too_old', signed(good, { 'svix-timestamp': '-1' })],
    ...['v1', 'v1,', ',', 'v1,,,', ' ', 'v9,abc', 'v1,\xff\xfe', 'v1,AAAA '.repeat(900)].map(
      (signature): [string, string, Sent] => [
        `the signature "${signature.slice(0, 10)}" (${signature.length} long)`,
        signature.trim() === '' ? 'unsigned' : 'bad_signature',
        signed(good, { 'svix-signature': signature }),
      ],
    ),
  ])('%s: 400 %s', async (_name, type, sent) => {
    await expectRefused(sent, 400, type);
  });
});

describe('a webhook that is signed but of no use is refused and leaves no trace', () => {
  test.each<[string, string, Buffer]>([
    ['nothing', 'not_json', Buffer.alloc(0)],
    ['no JSON', 'not_json', Buffer.from(`${MARK}=1&b=2`)],
    ['JSON that was cut off', 'not_json', good.subarray(0, -1)],
    ['no text', 'bad_signature', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22, 0x7d])],
    ['100,000 brackets', 'not_an_event', nested('[', ']', 100_000)],
    ['100,000 brackets that never close', 'not_json', nested('[', '', 100_000)],
    ...['[]', '"x"', '5', 'null', 'true', '{}', '{"event_type":5}', '{"event_type":""}'].map(
      (json): [string, string, Buffer] => [json, 'not_an_event', Buffer.from(json)],
    ),
  ])('%s: 400 %s', async (_name, type, body) => {
    await expectRefused(signed(body), 400, type);
  });

  test.each<[string, OutgoingHttpHeaders]>([
    ['in one piece', {}],
    ['in pieces, its length not announced', { 'transfer-encoding': 'chunked' }],
  ])('300 KiB %s: 413', async (_name, headers) => {
    const body = event({ pad: 'x'.repeat(300 * 1024) });
    await expectRefused(signed(body, headers), 413, 'payload_too_large');
  });

  test.each<[string, OutgoingHttpHeaders]>([
    ['as text/plain', { 'content-type': 'text/plain' }],
    ['as a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['as a type that is none', { 'content-type': ';;=' }],
    ['as something like JSON', { 'content-type': 'application/jsonp' }],
    ['without a type', { 'content-type': undefined }],
    ['packed with gzip', { 'content-encoding': 'gzip' }],
    ['packed with nobody knows what', { 'content-encoding': 'x-secret' }],
  ])('sent %s: 415', async (_name, changed) => {
    await expectRefused(signed(good, changed), 415, 'unsupported_media_type');
  });

  test('cut off before its end', async () => {
    const before = await countRows();
    const { hostname, port } = new URL(web.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const lines = ['POST /webhooks/seam HTTP/1.1', 'host: x', 'content-type: application/json'];
    const signature = Object.entries(sign(good)).map(pair => pair.join(': '));
    socket.end([...lines, ...signature, 'content-length: 5000', '', good.toString()].join('\r\n'));
    socket.resume();
    await once(socket, 'close');
    await expectStillWorking();
    expect(await countRows()).toBe(before + 2);
  });
});

describe('whoever asks for something else is told so', () => {
  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s: 405 with Allow', async method => {
    const answer = await expectRefused({ ...signed(good), method }, 405, 'method_not_allowed');
    expect(answer.headers.allow).toBe('POST');
  });

  const elsewhere = ['/', '/webhooks', '/webhooks/seam/x', '/%', '/%E0%A4%A', '/webhooks/seam%2'];
  test.each(elsewhere)('%s: 404', async path => {
    await expectRefused({ ...signed(good), path }, 404, 'not_found');
  });
});

describe('a webhook of Seam’s is stored as it came', () => {
  const unusual = (accountId: string): Buffer =>
    Buffer.from(
      ` {\n "event_type" : "connected_account.created",\t"connected_account_id":"${accountId}",` +
        `"event_id":"${randomUUID()}","e":"é\\u00e9😀\\u0000", "n":1.0e2}\r\n`,
    );

  test('byte for byte, with its signature, so that it can be verified again', async () => {
    const body = unusual('account_1');
    const answer = await web.send(
      signed(body, { 'content-type': 'application/json; charset=utf-8' }),
    );
    expect(answer).toMatchObject({ status: 204, text: '' });
    const [row, ...more] = await stored('account_1');
    expect(more).toEqual([]);
    expect(row?.body.equals(body)).toBe(true);
    expect(Object.keys(row?.signature ?? {}).sort()).toEqual([
      'svix-id',
      'svix-signature',
      'svix-timestamp',
    ]);
    const verify = () => new Webhook(SECRET).verify(row?.body ?? '', row?.signature ?? {});
    expect(verify).not.toThrow();
  });

  test('once, when the very same request comes twice', async () => {
    const sent = signed(unusual('account_2'));
    expect((await web.send(sent)).status).toBe(204);
    expect(await web.send(sent)).toMatchObject({ status: 204, text: '' });
    expect(await stored('account_2')).toHaveLength(1);
  });

  test('with 100,000 brackets somewhere in it', async () => {
    const deep = nested('[', ']', 100_000).toString();
    const body = Buffer.from(
      event({ connected_account_id: 'deep' }).toString().replace('}', `,"x":${deep}}`),
    );
    expect((await web.send(signed(body))).status).toBe(204);
    expect((await stored('deep'))[0]?.body.equals(body)).toBe(true);
  });

  test('when its headers are called webhook-*', async () => {
    const body = unusual('account_3');
    const headers = Object.entries(sign(body)).map(([name, value]) => [
      name.replace('svix-', 'webhook-'),
      value,
    ]);
    const sent = { body, headers: { ...JSON_TYPE, ...Object.fromEntries(headers) } };
    expect((await web.send(sent)).status).toBe(204);
    expect(await stored('account_3')).toMatchObject([
      { signature: { 'svix-id': headers[0]?.[1] } },
    ]);
  });

  test.each([
    ['first', OTHER_SECRET],
    ['second', SECRET],
  ])('when it is signed with the %s of two secrets', async (name, secret) => {
    const body = unusual(`secret_${name}`);
    expect((await web.send(signed(body, sign(body, { secret })))).status).toBe(204);
    expect(await stored(`secret_${name}`)).toHaveLength(1);
  });
});

test('an event of a type that is of no interest is answered 204 and not stored', async () => {
  const before = await countRows();
  const answer = await web.send(signed(event({ event_type: 'device.connected' })));
  expect(answer).toMatchObject({ status: 204, text: '' });
  expect(await countRows()).toBe(before);
});

test('no log line holds a secret or a payload, whatever came in', async () => {
  expect(web.logLines.length).toBeGreaterThan(50);
  const telling = [MARK, SECRET, OTHER_SECRET, SECRET.slice('whsec_'.length)];
  expect(web.logLines.filter(line => telling.some(word => line.includes(word)))).toEqual([]);
});
