import { Router } from 'express';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHttpServer } from '../../src/http/server.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';

/* Whoever reports a fault has one text by which an engineer finds it in the log, whichever program wrote it first. */

const OURS = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

const idOf = async (path: string, theirs?: string): Promise<string | null> => {
  const headers: Record<string, string> = theirs === undefined ? {} : { 'x-request-id': theirs };
  const response = await fetch(`${desk.url}${path}`, { headers, redirect: 'manual' });
  await response.text();
  return response.headers.get('x-request-id');
};

test.each([
  '/api/v1/openapi.json',
  '/api/v1/connections',
  '/api/v1/nowhere',
  '/support',
  '/support/sign-in',
  '/support/nowhere',
  '/support/assets/console.css',
  '/nowhere',
])('%s is answered with an id, another one each time', async path => {
  const [one, other] = [await idOf(path), await idOf(path)];
  expect(one).toMatch(OURS);
  expect(other).toMatch(OURS);
  expect(one).not.toBe(other);
});

test.each([
  'abc',
  '7f1d2c3b-9a4e-4b6f-8c21-0d5e6f7a8b9c',
  'Root=1-67891233-abcdef',
  'x'.repeat(128),
])('a caller’s own id is kept: %s', async theirs => {
  expect(await idOf('/api/v1/connections', theirs)).toBe(theirs);
  expect(await idOf('/support/sign-in', theirs)).toBe(theirs);
});

test.each(['', 'x'.repeat(129), 'a b', '<script>', "'", 'a,b', '{"a":1}', 'é'])(
  'what can’t be one is not taken over: %s',
  async theirs => {
    expect(await idOf('/api/v1/connections', theirs)).toMatch(OURS);
  },
);

test('the line of a fault in the log has the id that its answer has', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
  const failing = Router().get('/failing', () => {
    throw new Error('the disk is full');
  });
  await using server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routers: [failing],
    log,
  });
  const response = await fetch(`${server.url}/failing`, { headers: { 'x-request-id': 'mine-1' } });
  await response.text();
  expect(response.status).toBe(503);
  expect(response.headers.get('x-request-id')).toBe('mine-1');
  expect(lines.map(line => (JSON.parse(line) as { request_id: string }).request_id)).toEqual([
    'mine-1',
  ]);
});

test('the page of a fault tells its id, which the log has', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
  await using failing = await openDesk({}, { log });
  await failing.database.pool.query('alter table reconciler.sessions rename to sessions_away');
  const response = await fetch(`${failing.url}/support`, {
    headers: { 'x-request-id': 'mine-2', cookie: failing.clerks.support.cookie },
    redirect: 'manual',
  });
  const page = await response.text();
  expect(response.status).toBe(503);
  expect(page).toContain('<code>mine-2</code>');
  const told = lines.map(line => JSON.parse(line) as { msg: string; request_id: string });
  expect(told).toContainEqual(
    expect.objectContaining({ msg: 'a page failed', request_id: 'mine-2' }),
  );
});
