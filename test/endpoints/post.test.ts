import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
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
/** A server that says exactly this, whatever it is asked. */
const startRaw = async (answer: (socket: net.Socket) => void): Promise<string> => {
  const server = net.createServer(socket => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  return `http://127.0.0.1:${await listen(server)}/`;
};

const MESSAGE = { headers: { 'content-type': 'application/json' }, body: '{"name":"Ada ✓"}' };
const send = (target: string, of: Partial<Parameters<typeof post>[2]> = {}) =>
  post(target, MESSAGE, { privateNetworks: LOOPBACK, ...of });

describe('an answer', () => {
  test('of 2xx is taken, and the body came as it was', async () => {
    const bodies: string[] = [];
    const url = await startApp(async (request, response) => {
      bodies.push(Buffer.concat(await Array.fromAsync(request)).toString());
      response.writeHead(202).end('queued');
    });
    expect(await send(url)).toEqual({
      status: 202,
      fault: null,
      answer: 'queued',
      retryAfterMs: null,
      durationMs: expect.any(Number),
    });
    expect(bodies).toEqual([MESSAGE.body]);
  });

  test.each([
    [400, 'The app answered 400 (Bad Request).'],
    [404, 'The app answered 404 (Not Found).'],
    [429, 'The app answered 429 (Too Many Requests).'],
    [500, 'The app answered 500 (Internal Server Error).'],
    [599, 'The app answered 599.'],
  ])('of %i is none, and says so', async (status, fault) => {
    const url = await startApp((_request, response) => {
      response.writeHead(status, { 'retry-after': '7' }).end();
    });
    expect(await send(url)).toMatchObject({ status, fault, answer: null, retryAfterMs: 7_000 });
  });

  test.each([301, 302, 303, 307, 308])('of %i is not followed', async status => {
    const asked: string[] = [];
    const url = await startApp((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(await send(url)).toMatchObject({
      status,
      fault: expect.stringContaining('redirects are not followed'),
    });
    expect(asked).toEqual(['/hook?token=hidden']);
  });

  test('is kept up to 500 characters, as Postgres can hold it', async () => {
    const url = await startApp((_request, response) => {
      response.writeHead(500);
      response.write(Buffer.concat([Buffer.from('\0é'), Buffer.from([0xff, 0xc3])]));
      response.end('😀'.repeat(600));
    });
    const { answer } = await send(url);
    expect(answer?.isWellFormed()).toBe(true);
    expect(answer?.startsWith('\uFFFDé\uFFFD')).toBe(true);
    expect([...(answer ?? '')]).toHaveLength(500);
  });

  test('that never ends is cut off, and its status counts', async () => {
    const url = await startApp((_request, response) => {
      response.writeHead(200);
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    });
    const answer = await send(url);
    expect(answer).toMatchObject({ status: 200, fault: null, answer: 'x'.repeat(500) });
  });

  test('that trickles is not waited for', async () => {
    const url = await startApp((_request, response) => {
      response.writeHead(500);
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await send(url, { timeoutMs: 300 })).toMatchObject({
      status: 500,
      answer: expect.stringMatching(/^\.+$/),
    });
  });
});

describe('no answer', () => {
  test.each<[string, (socket: net.Socket) => void, string]>([
    ['where it hangs', () => undefined, 'There was no answer within 0.3 seconds.'],
    [
      'where its head trickles',
      socket => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => socket.write('x: y\r\n'), 20);
        socket.on('close', () => clearInterval(timer));
      },
      'There was no answer within 0.3 seconds.',
    ],
    [
      'where it says "continue" for ever',
      socket => {
        const timer = setInterval(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 20);
        socket.on('close', () => clearInterval(timer));
      },
      'There was no answer within 0.3 seconds.',
    ],
    ['where it resets', socket => socket.resetAndDestroy(), 'closed without an answer'],
    ['where it closes', socket => socket.end(), 'closed without an answer'],
    ['where it is no HTTP', socket => socket.end('SSH-2.0-x\r\n'), 'was not HTTP (HPE_'],
    [
      'where its head is huge',
      socket => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
      'headers of the answer were too long',
    ],
  ])('%s', async (_, answer, words) => {
    const url = await startRaw(answer);
    expect(await send(url, { timeoutMs: 300 })).toMatchObject({
      status: null,
      fault: expect.stringContaining(words),
      answer: null,
    });
  });

  test('where nothing listens, or TLS is not what it speaks', async () => {
    const gone = net.createServer();
    const port = await listen(gone);
    await stack.pop()?.();
    expect((await send(`http://127.0.0.1:${port}/?token=hidden`)).fault).toBe(
      'The connection was refused: nothing listens there.',
    );
    const url = await startApp((_request, response) => void response.end());
    const { fault } = await send(url.replace('http:', 'https:'));
    expect(fault).toContain('TLS');
    expect(fault).not.toContain('hidden');
  });

  test('an answer of 101 leads nowhere', async () => {
    const url = await startRaw(socket =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    );
    expect(await send(url, { timeoutMs: 2_000 })).toMatchObject({ status: 101 });
  });
});

describe('connections', () => {
  test('are kept, and one that was closed meanwhile is made anew', async () => {
    let [connections, requests] = [0, 0];
    const server = http.createServer((_request, response) => {
      requests++;
      response.writeHead(204).end();
      // Without saying so, once another request may be on its way.
      if (requests === 2) setTimeout(() => response.socket?.destroy(), 5);
    });
    server.on('connection', () => connections++);
    const url = `http://127.0.0.1:${await listen(server)}/`;
    expect((await send(url)).status).toBe(204);
    expect((await send(url)).status).toBe(204);
    expect(connections).toBe(1);
    for (let n = 0; n < 20; n++) expect((await send(url)).fault).toBeNull();
  });
});
