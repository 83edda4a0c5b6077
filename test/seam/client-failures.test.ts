import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createSeam, type Seam } from '../../src/seam/client.ts';
import { parseRetryAfter, SeamError, type SeamReason } from '../../src/seam/errors.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';

let server: TestSeam;
let seam: Seam;
beforeAll(async () => {
  server = await startTestSeam();
  seam = createSeam(server);
});
afterEach(() => server.interfere(null));
afterAll(() => server[Symbol.asyncDispose]());

const never = new AbortController().signal;
const JSON_TYPE = { 'content-type': 'application/json', 'seam-request-id': 'request_1' };
const HTML_TYPE = { 'content-type': 'text/html', 'seam-request-id': 'request_1' };
const errorOf = (type: string) => JSON.stringify({ error: { type, message: 'in plain words' } });

/** Lets every call be answered so. */
const answerWith = (status: number, headers: Record<string, string>, body: string): void =>
  server.interfere(() => response => response.writeHead(status, headers).end(body));

const askWebview = () => seam.getConnectWebview('webview_1', never);
const askAccount = () => seam.getConnectedAccount('account_1', never);

/** @returns the error of the one call that was made; a second one would be a second budget of tries */
const failureOf = async (ask: () => Promise<unknown> = askWebview): Promise<SeamError> => {
  const callsBefore = server.calls.length;
  const error: unknown = await ask().then(
    () => new Error('it was answered'),
    (thrown: unknown) => thrown,
  );
  expect(server.calls.length - callsBefore).toBe(1);
  expect(error).toBeInstanceOf(SeamError);
  return error as SeamError;
};

const OK = '{"connect_webview":{"connect_webview_id":"webview_1","status":"authorized"}}';
const NOT_AN_ANSWER: [
  name: string,
  interfere: (response: ServerResponse) => void,
  reason: SeamReason,
][] = [
  [
    '404 of another type',
    r => r.writeHead(404, JSON_TYPE).end(errorOf('route_not_found')),
    'seam_refused',
  ],
  [
    '404 for the other resource',
    r => r.writeHead(404, JSON_TYPE).end(errorOf('connected_account_not_found')),
    'seam_refused',
  ],
  [
    '500 that says not found',
    r => r.writeHead(500, JSON_TYPE).end(errorOf('connect_webview_not_found')),
    'seam_unavailable',
  ],
  [
    '500 that says invalid_input',
    r => r.writeHead(500, JSON_TYPE).end(errorOf('invalid_input')),
    'seam_unavailable',
  ],
  [
    'a page in place of JSON',
    r => r.writeHead(200, HTML_TYPE).end('<h1>Sign in</h1>'),
    'seam_unavailable',
  ],
  [
    'JSON that is cut off',
    r => r.writeHead(200, JSON_TYPE).end(OK.slice(0, -3)),
    'seam_unavailable',
  ],
  ['nothing', r => r.writeHead(204, JSON_TYPE).end(), 'seam_unavailable'],
  [
    'more than anybody should have to read',
    r => r.writeHead(200).end(OK + ' '.repeat(2_000_000)),
    'seam_unreadable',
  ],
  ['a connection that is reset', r => r.destroy(), 'seam_unavailable'],
  [
    'a connection that is reset in the middle',
    r => r.writeHead(200, { ...JSON_TYPE, 'content-length': '500' }).write(OK, () => r.destroy()),
    'seam_unavailable',
  ],
];

describe('a Seam that does not answer is an outage, never a fact, and is asked once a run', () => {
  test.each(NOT_AN_ANSWER)('%s', async (_name, interfere, reason) => {
    server.interfere(() => interfere);
    expect(await failureOf()).toMatchObject({
      reason,
      retryAfterMs: null,
      message: expect.not.stringMatching(/canceled|aborted|exceeded|undefined/),
    });
  });

  test('a redirect is not followed: it would take the API key elsewhere', async () => {
    let visits = 0;
    await using elsewhere = createServer((_request, response) => {
      visits += 1;
      response.writeHead(200, JSON_TYPE).end(OK);
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const { port } = elsewhere.address() as AddressInfo;
    for (const status of [301, 302, 307, 308]) {
      answerWith(status, { ...JSON_TYPE, location: `http://127.0.0.1:${port}/` }, '');
      expect(await failureOf()).toMatchObject({ reason: 'seam_unavailable' });
    }
    expect(visits).toBe(0);
  });

  test.each([
    ['{}', 'connect_webview'],
    ['{"connect_webview":null}', 'connect_webview'],
    ['{"connect_webview":{"status":"authorized"}}', 'connect_webview.connect_webview_id'],
    ['{"connect_webview":{"connect_webview_id":"x","status":7}}', 'connect_webview.status'],
  ])('the shape %s is told by its place and the id of the call', async (body, place) => {
    answerWith(200, JSON_TYPE, body);
    const error = await failureOf();
    expect(error).toMatchObject({
      reason: 'seam_unreadable',
      requestId: 'request_1',
      isOutage: false,
    });
    expect(error.message).toBe(`unreadable response at ${place}`);
  });

  test.each([
    [200, HTML_TYPE, '<h1>Sign in</h1>', /^a page in place of Seam's answer/],
    [302, HTML_TYPE, '<h1>Moved</h1>', /^a page in place of Seam's answer.* 302 /],
    [404, HTML_TYPE, '<h1>Not Found</h1>', /^a page in place of Seam's answer.* 404 /],
    [404, JSON_TYPE, '{"message":"no"}', /^something else in place of Seam's answer.* 404 /],
    [200, JSON_TYPE, 'null', /^something else in place of Seam's answer$/],
    [200, JSON_TYPE, '[]', /^something else in place of Seam's answer$/],
    [204, JSON_TYPE, '', /^nothing in place of Seam's answer$/],
  ])('%d %j %s is nothing of Seam’s, and told so', async (status, type, body, words) => {
    answerWith(status, type, body);
    const { reason, requestId, isOutage, message } = await failureOf();
    expect({ reason, requestId, isOutage }).toEqual({
      reason: 'seam_unavailable',
      requestId: 'request_1',
      isOutage: false,
    });
    expect(message).toMatch(words);
  });

  test.each([
    [500, JSON_TYPE, errorOf('internal_server_error')],
    [502, HTML_TYPE, '<h1>Bad Gateway</h1>'],
  ])('%d keeps the id of the call and its status for Seam’s staff', async (status, type, body) => {
    answerWith(status, type, body);
    const error = await failureOf();
    expect(error).toMatchObject({ requestId: 'request_1', cause: expect.any(Error) });
    expect(error.message).toContain(String(status));
  });
});

describe('a refused API key is told from all else', () => {
  test.each([
    [401, JSON_TYPE, errorOf('unauthorized')],
    [401, HTML_TYPE, '<h1>Unauthorized</h1>'],
    [403, JSON_TYPE, errorOf('invalid_api_key')],
    [404, JSON_TYPE, errorOf('workspace_not_found')],
  ])('%d %j', async (status, type, body) => {
    answerWith(status, type, body);
    expect(await failureOf()).toMatchObject({
      reason: 'seam_unauthorized',
      requestId: 'request_1',
    });
  });

  test('by Seam’s own fake; the key is not in the error', async () => {
    const apiKey = 'seam_of_somebody_else';
    const stranger = createSeam({ apiKey, endpoint: server.endpoint });
    const error = await failureOf(() => stranger.getConnectWebview('webview_1', never));
    expect(error.reason).toBe('seam_unauthorized');
    expect(`${error.stack} ${error.cause}`).not.toContain(apiKey);
  });
});

describe('a Seam that asks us to slow down', () => {
  const throttle = (retryAfter: Record<string, string>, type = JSON_TYPE): void =>
    answerWith(429, { ...type, ...retryAfter }, errorOf('rate_limit_exceeded'));

  test.each([
    ['as JSON', JSON_TYPE],
    ['as a page', HTML_TYPE],
  ])('is heard: seconds, %s', async (_name, type) => {
    throttle({ 'retry-after': '7' }, type);
    expect(await failureOf()).toMatchObject({
      reason: 'seam_rate_limited',
      retryAfterMs: 7_000,
      requestId: 'request_1',
    });
  });

  test('is heard: a date', async () => {
    throttle({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() });
    const { reason, retryAfterMs } = await failureOf();
    expect(reason).toBe('seam_rate_limited');
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  test('is heard also where it does not say for how long', async () => {
    throttle({});
    expect(await failureOf(askAccount)).toMatchObject({
      reason: 'seam_rate_limited',
      retryAfterMs: null,
    });
  });

  const NOW = new Date('2026-11-22T10:00:00.000Z');
  test.each([
    ['120', 120_000],
    [' 5 ', 5_000],
    ['0', 0],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['', null],
    ['  ', null],
    ['soon', null],
    [undefined, null],
    [30, null],
  ])('Retry-After %j is read as %j ms', (value, ms) => {
    expect(parseRetryAfter(value, NOW)).toBe(ms);
  });
});
