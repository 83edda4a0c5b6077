import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHealthRouter } from '../../src/http/health.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { silentLog } from '../fixtures/settings.ts';

/* No answer can be taken for something else than it is, or be put into another site's page. Pages: console/headers. */

let server: HttpServer;
beforeAll(async () => {
  const routers = [createHealthRouter({}, {}, silentLog)];
  server = await startHttpServer({ host: '127.0.0.1', port: 0, routers, log: silentLog });
});
afterAll(() => server[Symbol.asyncDispose]());

const send = async (request: string): Promise<string> => {
  const socket = connect(server.port, '127.0.0.1').setEncoding('latin1');
  let answer = '';
  socket.on('data', text => {
    answer += text;
  });
  socket.write(request);
  await once(socket, 'close');
  return answer;
};

const END = '\r\nhost: x\r\nconnection: close\r\n\r\n';

test.each([
  ['a page of health', `GET /healthz HTTP/1.1${END}`, 200],
  ['nothing that is there', `GET /nothing HTTP/1.1${END}`, 404],
  ['another method', `DELETE /healthz HTTP/1.1${END}`, 405],
  ['TRACE', `TRACE /healthz HTTP/1.1${END}`, 405],
  ['an address that is none', `GET [::1/ HTTP/1.1${END}`, 400],
  ['no HTTP at all', 'this is no HTTP\r\n\r\n', 400],
])('%s', async (_what, request, status) => {
  const answer = await send(request);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im);
  expect(answer).toMatch(
    /^content-security-policy: default-src 'none';frame-ancestors 'none'\r$/im,
  );
  expect(answer).toMatch(/^content-type: application\/json/im);
  expect(answer).not.toMatch(/^(access-control-|x-powered-by|server:)/im);
});
