import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import express, { Router } from 'express';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import {
  addressOf,
  baseHere,
  baseOf,
  basePathOf,
  createMount,
  mismatchOf,
  ownPath,
  publicUrlHere,
} from '../../src/http/mount.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { silentLog } from '../fixtures/settings.ts';

test.each([
  ['', null, ''],
  ['/locks', null, '/locks'],
  ['', '', ''],
  ['/locks', '/locks', '/locks'],
  ['/LOCKS', '/locks', '/locks'],
  ['', '/locks', '/locks'],
  ['/locks', '', null],
  ['/locks', '/doors', null],
  ['/locks/in', '/locks', null],
])('reached below "%s", where CONSOLE_URL has the path %j: the base is %j', (got, given, base) => {
  expect(baseOf(got, given)).toBe(base);
});

test('of a URL the path is what counts, with a slash at its end or without', () => {
  expect(basePathOf('https://app.example.com')).toBe('');
  expect(basePathOf('https://app.example.com/')).toBe('');
  expect(basePathOf('https://app.example.com/a/locks/')).toBe('/a/locks');
});

test('what is told says what to change', () => {
  expect(mismatchOf('/locks', '')).toContain('must end with /locks');
  expect(mismatchOf('/locks', '')).toContain('has no path');
  expect(mismatchOf('/locks', '/doors')).toContain('ends with /doors');
});

const asJson = Router().use((request, response) => {
  response.json({
    base: baseHere(),
    address: addressOf(request),
    url: publicUrlHere('https://app.example.com'),
    own: ownPath(addressOf(request).split('?')[0] ?? ''),
  });
});

/** A server whose app has a router of ours somewhere. */
const serve = async (
  given: string | null,
  mounted: (router: Router) => Router,
  log = silentLog,
): Promise<{ get: (path: string) => Promise<unknown> } & AsyncDisposable> => {
  const router = createMount(given, log)(
    '/support',
    asJson,
    why => (_request, response) => void response.status(503).json({ why }),
  );
  const routers = [mounted(router)];
  const server = await startHttpServer({ host: '127.0.0.1', port: 0, routers, log });
  return {
    get: async path => {
      // As it is: `fetch` would mend the path.
      const request = httpRequest(server.url, { path, agent: false }).end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      const body: object = JSON.parse(Buffer.concat(await response.toArray()).toString());
      return response.statusCode === 200 ? body : { status: response.statusCode, ...body };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

const NOTHING = expect.objectContaining({ status: 404 });

describe('where a request finds us', () => {
  test('at the root nothing stands before our paths', async () => {
    await using app = await serve(null, router => router);
    expect(await app.get('/support/x?q=1')).toEqual({
      base: '',
      address: '/support/x?q=1',
      url: 'https://app.example.com',
      own: '/support/x',
    });
    expect(await app.get('/locks/support')).toEqual(NOTHING);
  });

  test('below a path, also of an app within an app, that path does', async () => {
    await using app = await serve(null, router => Router().use('/locks', express().use(router)));
    expect(await app.get('/locks/support/x?q=1')).toEqual({
      base: '/locks',
      address: '/locks/support/x?q=1',
      url: 'https://app.example.com/locks',
      own: '/support/x',
    });
    expect(await app.get('/support')).toEqual(NOTHING);
  });

  test('as CONSOLE_URL spells it, however it was typed', async () => {
    await using app = await serve('/locks', router => Router().use('/locks', router));
    expect(await app.get('/LOCKS/support/x')).toMatchObject({
      base: '/locks',
      address: '/locks/support/x',
    });
    expect(await app.get('/locks/locks/support/x')).toEqual(NOTHING);
  });

  test('behind a proxy, whether it takes the path away or leaves it', async () => {
    await using app = await serve('/locks', router => router);
    const expected = { base: '/locks', address: '/locks/support/x?q=1', own: '/support/x' };
    expect(await app.get('/support/x?q=1')).toMatchObject(expected);
    expect(await app.get('/locks/support/x?q=1')).toMatchObject(expected);
  });

  test('a path that would lead to another host is none of ours', async () => {
    await using app = await serve(null, router => Router().use(/^.*?(?=\/support)/, router));
    expect(await app.get('/a/b/support')).toMatchObject({ base: '/a/b' });
    for (const path of ['//stranger.example', '/a//b', '/a/\\stranger.example', '/a/;b', '/a/"b']) {
      expect(await app.get(`${path}/support`)).toEqual(NOTHING);
    }
  });

  test('what contradicts CONSOLE_URL is told on a page, and once in the log', async () => {
    const lines: string[] = [];
    const log = pino({}, { write: line => void lines.push(line) });
    await using app = await serve('', router => Router().use('/locks', router), log);
    const told = { status: 503, why: mismatchOf('/locks', '') };
    expect(await app.get('/locks/support/x')).toEqual(told);
    expect(await app.get('/locks/support/y')).toEqual(told);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 50, why: told.why });
  });
});

test('outside of a request nothing stands before our paths', () => {
  expect(baseHere()).toBe('');
  expect(addressOf({ originalUrl: '/support' })).toBe('/support');
  expect(publicUrlHere('https://App.example.com:443')).toBe('https://App.example.com:443');
  expect(publicUrlHere('')).toBe('');
});
