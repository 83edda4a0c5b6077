import type { LookupAddress } from 'node:dns';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Resolve } from '../../src/endpoints/guard.ts';
import { post } from '../../src/endpoints/post.ts';
import { LOOPBACK } from '../fixtures/endpoints.ts';

const stack: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of stack.splice(0)) await close();
});

const listen = async (server: net.Server): Promise<number> => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<net.Socket>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  stack.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise(resolve => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
};
const startApp = async (handler: http.RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listen(http.createServer(handler))}/hook?token=hidden`;
const MESSAGE = { headers: { 'content-type': 'application/json' }, body: '{"name":"Ada ✓"}' };
const send = (target: string, of: Partial<Parameters<typeof post>[2]> = {}) =>
  post(target, MESSAGE, { privateNetworks: LOOPBACK, ...of });

describe('addresses', () => {
  const resolvesTo =
    (...answers: readonly (readonly string[])[]): Resolve =>
    (_hostname, _options, callback) => {
      const addresses = answers.length > 1 ? [...answers].shift() : answers[0];
      callback(null, (addresses ?? []).map(toAddress));
    };
  const toAddress = (address: string): LookupAddress => ({ address, family: net.isIP(address) });

  const startListener = async () => {
    let connections = 0;
    const server = http.createServer((_request, response) => void response.end());
    server.on('connection', () => connections++);
    const port = await listen(server);
    return { port, connections: () => connections };
  };

  test.each([
    ['127.0.0.1'],
    ['2130706433'],
    ['0x7f.1'],
    ['0177.0.0.1'],
    ['0'],
    ['[::1]'],
    ['[::]'],
    ['[::ffff:127.0.0.1]'],
    ['[64:ff9b::7f00:1]'],
    ['169.254.169.254'],
    ['10.0.0.1'],
    ['localhost'],
  ])('to %s nothing is sent', async host => {
    const { port, connections } = await startListener();
    for (const scheme of ['http', 'https']) {
      const { status, fault } = await send(`${scheme}://${host}:${port}/`, { privateNetworks: [] });
      expect({ status, fault }).toEqual({
        status: null,
        fault: expect.stringMatching(/^Nothing was sent: .* is not a public address/),
      });
    }
    expect(connections()).toBe(0);
  });

  test.each<[string, string[]]>([
    ['private', ['127.0.0.1']],
    ['both public and private', ['93.184.216.34', '127.0.0.1']],
    ['both, in IPv6', ['2606:2800:220:1::1', '::ffff:127.0.0.1']],
  ])('nor to a name that leads to what is %s', async (_, addresses) => {
    const { port, connections } = await startListener();
    const { fault } = await send(`https://app.example.com:${port}/`, {
      privateNetworks: [],
      resolve: resolvesTo(addresses),
    });
    expect(fault).toMatch(/^Nothing was sent: app\.example\.com leads to .*not a public address/);
    expect(connections()).toBe(0);
  });

  test('nor to one that is another by the time it is connected to', async () => {
    const { port, connections } = await startListener();
    let asked = 0;
    const rebinding: Resolve = (_hostname, _options, callback) =>
      callback(null, [toAddress(asked++ === 0 ? '192.0.2.1' : '127.0.0.1')]);
    const target = `http://app.example.com:${port}/`;
    // As if that one were public: the first time it is allowed, and leads nowhere.
    const options = { privateNetworks: ['192.0.2.0/24'], resolve: rebinding, timeoutMs: 200 };
    await send(target, options);
    expect((await send(target, options)).fault).toContain('127.0.0.1, which is not a public');
    expect(asked).toBe(2);
    expect(connections()).toBe(0);
  });

  test('a connection that was made under other settings is not used', async () => {
    const { port } = await startListener();
    const target = `http://app.example.com:${port}/`;
    const resolve = resolvesTo(['127.0.0.1']);
    expect((await send(target, { resolve })).status).toBe(200);
    expect((await send(target, { resolve, privateNetworks: [] })).fault).toContain(
      'not a public address',
    );
  });

  test('without TLS only to what is allowed', async () => {
    const resolve = resolvesTo(['93.184.216.34']);
    const { fault } = await send('http://app.example.com/', { resolve });
    expect(fault).toContain('http:// is only for addresses in ENDPOINT_PRIVATE_NETWORKS');
  });

  test('a redirect to a private one leads nowhere', async () => {
    const { port, connections } = await startListener();
    const url = await startApp((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end();
    });
    expect((await send(url)).status).toBe(307);
    expect(connections()).toBe(0);
  });

  test('a proxy that the environment names is not asked', async () => {
    const { port, connections } = await startListener();
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'NODE_USE_ENV_PROXY'];
    const before = names.map(name => process.env[name]);
    for (const name of names) process.env[name] = `http://127.0.0.1:${port}`;
    process.env.NODE_USE_ENV_PROXY = '1';
    try {
      const url = await startApp((_request, response) => void response.writeHead(204).end());
      expect((await send(url)).status).toBe(204);
    } finally {
      names.forEach((name, n) => {
        if (before[n] === undefined) delete process.env[name];
        else process.env[name] = before[n];
      });
    }
    expect(connections()).toBe(0);
  });
});
