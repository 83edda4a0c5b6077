import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../fixtures/database.ts';
import { event, JSON_TYPE, openWeb, sign, signed, type TestWeb } from '../fixtures/web.ts';

/** The limits of src/http/server.ts, and what a busy machine may be late by. */
const HEADERS_LIMIT_MS = 10_000;
const REQUEST_LIMIT_MS = 15_000;
const GRACE_MS = 4_000;
const DRIP_MS = 500;
/** A connection that was refused may linger no longer than a sender needs to read the answer. */
const LINGER_MS = 5_000;

const stack = new AsyncDisposableStack();
let web: TestWeb;
beforeAll(async () => {
  const database = stack.use(await createTestDatabase());
  web = stack.use(await openWeb(database.url));
});
afterAll(() => stack.disposeAsync());

const portOf = (): number => Number(new URL(web.url).port);

/** A request of which the body is still to come. */
const headOf = (body: Buffer, length = body.length): string =>
  [
    'POST /webhooks/seam HTTP/1.1',
    'host: x',
    ...Object.entries({ ...JSON_TYPE, ...sign(body) }).map(pair => pair.join(': ')),
    `content-length: ${length}`,
    '\r\n',
  ].join('\r\n');

type End = Readonly<{ afterMs: number; answer: string }>;

/**
 * Sends the first text at once and the rest a byte at a time, until the connection is closed.
 *
 * @param isDeaf leaves its side open (and goes on sending) when the other side has ended its own
 */
const dribble = async (first: string, rest: string, isDeaf = false): Promise<End> => {
  const socket = connect({ port: portOf(), host: '127.0.0.1', allowHalfOpen: isDeaf });
  let answer = '';
  socket.setEncoding('latin1').on('data', chunk => {
    answer += chunk;
  });
  await once(socket, 'connect');
  // A reset is one way of being cut off (events.once would throw at it); 'close' follows.
  socket.on('error', () => socket.destroy());
  const closed = new Promise(resolve => socket.on('close', resolve));
  const startedAt = performance.now();
  socket.write(first);
  let sent = 0;
  const timer = setInterval(() => {
    // After the other side's end, only a byte more shows whether it is still there to take it.
    const isDue = sent < rest.length || socket.readableEnded;
    if (isDue && socket.writable) socket.write(rest.charAt(sent) || 'x');
    sent += 1;
  }, DRIP_MS);
  try {
    await closed;
  } finally {
    clearInterval(timer);
    socket.destroy();
  }
  return { afterMs: Math.round(performance.now() - startedAt), answer };
};

/** Too slow: cut off, not before the limit and not long after it, with an answer or without. */
const expectCutOff = ({ afterMs, answer }: End, limitMs: number): void => {
  expect(answer).toMatch(/^$|^HTTP\/1\.1 4(00|08|13) /);
  expect(afterMs).toBeGreaterThan(limitMs - 1_000);
  expect(afterMs).toBeLessThan(limitMs + GRACE_MS);
};

const FOREVER = 'x'.repeat(10_000);

describe.concurrent('who dawdles is cut off at the limits', () => {
  test('headers a byte at a time', async () => {
    const first = 'POST /webhooks/seam HTTP/1.1\r\nhost: x\r\nx-pad: ';
    const ends = await Promise.all([false, true].map(deaf => dribble(first, FOREVER, deaf)));
    for (const end of ends) expectCutOff(end, HEADERS_LIMIT_MS);
  });

  test('a body a byte at a time, and one that is far too large', async () => {
    const body = event({ pad: FOREVER });
    const heads = [headOf(body), headOf(body, 1e9)];
    const ends = await Promise.all(
      heads.flatMap(head => [false, true].map(deaf => dribble(head, body.toString(), deaf))),
    );
    for (const end of ends) expectCutOff(end, REQUEST_LIMIT_MS);
  });

  test('a body that was promised and never comes', async () => {
    const body = event();
    const ends = await Promise.all(
      Array.from({ length: 50 }, (_, n) => dribble(headOf(body, 5_000), '', n % 2 === 0)),
    );
    for (const end of ends) expectCutOff(end, REQUEST_LIMIT_MS);
  });

  test('200 connections on which nothing comes at all', async () => {
    const ends = await Promise.all(
      Array.from({ length: 200 }, (_, n) => dribble('', '', n % 2 === 0)),
    );
    for (const end of ends) expectCutOff(end, HEADERS_LIMIT_MS);
  });

  test('while good webhooks are taken all the time', async () => {
    const endsAt = performance.now() + REQUEST_LIMIT_MS + GRACE_MS;
    while (performance.now() < endsAt) {
      const startedAt = performance.now();
      expect(await web.send(signed(event()))).toMatchObject({ status: 204 });
      expect(performance.now() - startedAt).toBeLessThan(GRACE_MS);
      await sleep(200);
    }
  });
});

test.each<[string, string]>([
  ['headers of 20 KiB', `POST /webhooks/seam HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_480)}`],
  ['a target of 20 KiB', `POST /webhooks/seam?${'x'.repeat(20_480)}`],
  ['headers that never end', `POST / HTTP/1.1\r\n${'a: b\r\n'.repeat(5_000)}`],
])('%s: refused before they end', async (_name, first) => {
  const { afterMs, answer } = await dribble(first, '');
  expect(answer).toMatch(/^$|^HTTP\/1\.1 4(00|14|31) /);
  expect(afterMs).toBeLessThan(GRACE_MS);
  expect(await web.send(signed(event()))).toMatchObject({ status: 204 });
});

test('who is refused and goes on sending all the same loses the connection', async () => {
  const end = dribble('this is no HTTP\r\n\r\n', FOREVER, true);
  const isOver = end.then(() => true);
  const isCutOff = await Promise.race([isOver, sleep(LINGER_MS, false)]);
  expect(isCutOff).toBe(true);
  expect((await end).answer).toMatch(/^HTTP\/1\.1 400 /);
});
