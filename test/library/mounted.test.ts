import { createServer } from 'node:http';
import express, { type ErrorRequestHandler } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_ROUTES } from '../../src/api/routes.ts';
import { createReconciler } from '../../src/library/index.ts';
import { type Ground, openApp, openGround } from '../fixtures/library.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import { event, JSON_TYPE, sign } from '../fixtures/web.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground[Symbol.asyncDispose]());

const send = (url: string, path = '/webhooks/seam') => {
  const body = event();
  const headers = { ...JSON_TYPE, ...sign(body) };
  return fetch(`${url}${path}`, { method: 'POST', body: new Uint8Array(body), headers });
};
const stored = async (): Promise<number> => {
  const { rows } = await ground.database.pool.query(
    'select count(*)::int as count from reconciler.deliveries',
  );
  return rows[0].count;
};

describe('what is whose', () => {
  test('the app’s own pages are as they were: no header, no 404 of ours', async () => {
    await using app = await openApp(ground.options);
    for (const path of [
      '/',
      '/api/v1/orders',
      '/nothing',
      '/webhooks',
      '/webhooks/seam/more',
      '/supporters',
    ]) {
      const response = await fetch(`${app.url}${path}`);
      expect([...response.headers.keys()], path).not.toContain('x-request-id');
      expect(response.headers.get('x-powered-by'), path).toBe('Express');
      // What Express says of a page that there isn't, it says by itself.
      if (response.ok) expect(await response.text()).toMatch(/^their/);
      else expect(await response.text()).toContain('Cannot GET');
    }
    expect((await fetch(`${app.url}/api/v1/orders`, { method: 'POST' })).status).toBe(404);
  });

  test('our own are ours, with our headers and our errors', async () => {
    await using app = await openApp(ground.options);
    const answers = [
      { path: '/webhooks/seam', status: 405 },
      { path: '/WEBHOOKS/seam/', status: 405 },
      { path: '/api/v1/queue', status: 401 },
      { path: '/api/v1/users/%ZZ/accounts', status: 400 },
      { path: '/api/v1/openapi.json', status: 200 },
    ];
    for (const { path, status } of answers) {
      const response = await fetch(`${app.url}${path}`);
      expect({ path, status: response.status }).toEqual({ path, status });
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/);
    }
  });

  test('each path of the API is known as one', async () => {
    await using app = await openApp(ground.options);
    for (const path of new Set(API_ROUTES.map(route => route.path))) {
      const url = `${app.url}/API/v1${path.replaceAll(/\{\w+\}/g, 'connected_account:a%2Fb')}/`;
      expect((await fetch(url, { method: 'DELETE' })).headers.has('x-request-id'), path).toBe(true);
    }
  });

  test('console: false leaves the console and the API to the app', async () => {
    await using without = await openApp({ ...ground.options, console: false });
    for (const path of ['/support', '/api/v1/queue']) {
      expect(await (await fetch(`${without.url}${path}`)).text()).toContain('Cannot GET');
    }
    expect((await send(without.url)).status).toBe(204);
  });
});

describe('where it is mounted', () => {
  test('below a path, and in a router of the app’s', async () => {
    await using app = await openApp(ground.options, (their, { router }) => {
      their.use('/locks', router);
      their.use('/deep', express.Router().use('/er', router));
    });
    const before = await stored();
    expect((await send(app.url, '/locks/webhooks/seam')).status).toBe(204);
    expect((await send(app.url, '/deep/er/webhooks/seam')).status).toBe(204);
    expect(await stored()).toBe(before + 2);
    expect((await send(app.url)).status).toBe(404);
    expect((await fetch(`${app.url}/locks/api/v1/openapi.json`)).status).toBe(200);
  });

  test('after express.json() the sender comes again, nothing is stored, and the log says what to do', async () => {
    const options = { ...ground.options, console: { url: 'http://localhost:3000' } };
    await using app = await openApp(options, (their, { router }) => {
      their.use(express.json(), express.urlencoded());
      their.use(router);
    });
    const before = await stored();
    const response = await send(app.url);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('10');
    expect(app.lines.join('')).toContain('mount its router before express.json()');
    const form = { method: 'POST', body: new URLSearchParams({ email: 'ada@locks.example' }) };
    expect((await fetch(`${app.url}/support/sign-in`, form)).status).toBe(503);
    expect(app.lines.join('')).not.toContain('ada@locks.example');
    expect(await stored()).toBe(before);
    // What has no body has nothing that could be read before.
    expect((await fetch(`${app.url}/api/v1/queue/pause`, { method: 'POST' })).status).toBe(401);
  });

  test('where the app keeps the bytes, they are taken', async () => {
    const keep = express.json({
      verify: (request, _response, bytes) => void Object.assign(request, { rawBody: bytes }),
    });
    for (const reader of [keep, express.raw({ type: () => true })]) {
      await using app = await openApp(ground.options, (their, { router }) => {
        their.use(reader);
        their.use(router);
      });
      expect((await send(app.url)).status).toBe(204);
    }
  });

  test('errors of ours don’t reach the app’s handler, and theirs not ours', async () => {
    const handled: string[] = [];
    const handler: ErrorRequestHandler = (error, _request, response, _next) => {
      handled.push(String(error));
      response.status(500).send('handled');
    };
    await using app = await openApp(ground.options, (their, { router }) => {
      their.use(router);
      their.get('/fails', () => Promise.reject(new Error('their fault')));
      their.use(handler);
    });
    await fetch(`${app.url}/webhooks/seam`, { method: 'POST', body: 'x', headers: JSON_TYPE });
    expect(handled).toEqual([]);
    expect(await (await fetch(`${app.url}/fails`)).text()).toBe('handled');
    expect(handled).toEqual(['Error: their fault']);
  });

  test('a plain server of Node’s is told that it takes an Express app', async () => {
    const reconciler = createReconciler(ground.options);
    const faults: unknown[] = [];
    const server = createServer((request, response) => {
      reconciler.router(request, response, fault => {
        faults.push(fault);
        response.end();
      });
    }).listen(0);
    await until('it to listen', () => server.listening);
    const address = server.address();
    await send(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    expect(String(faults[0])).toContain('express().use(reconciler.router)');
    await reconciler.stop();
    server.close();
    server.closeAllConnections();
  });
});

test('two in one process, each with a database of its own, know nothing of each other', async () => {
  await using other = await openGround();
  const secret = `whsec_${Buffer.from('the other tenant’s secret').toString('base64')}`;
  const theirs = {
    ...other.options,
    seam: { ...other.options.seam, apiKey: other.seam.apiKey, webhookSecret: [secret] },
  };
  await using one = await openApp(ground.options);
  await using two = await openApp({ ...theirs, workspaces: undefined });
  const before = await stored();
  const body = event();
  const to = (url: string, by: string) =>
    fetch(`${url}/webhooks/seam`, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { ...JSON_TYPE, ...sign(body, { secret: by }) },
    });
  expect((await to(one.url, SECRET)).status).toBe(204);
  expect((await to(one.url, secret)).status).toBe(400);
  expect((await to(two.url, secret)).status).toBe(204);
  expect((await to(two.url, SECRET)).status).toBe(400);
  await one.reconciler.stop();
  expect((await to(two.url, secret)).status).toBe(204);
  expect(await stored()).toBe(before + 1);
});
