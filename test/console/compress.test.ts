import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

type Answer = Readonly<{ coding: string | undefined; vary: string | undefined; body: Buffer }>;

/** As it is on the wire: fetch would unpack it. */
const get = (path: string, taken: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = { cookie: desk.clerks.viewer.cookie, 'accept-encoding': taken };
    request(new URL(path, desk.url), { headers, agent: false }, response => {
      const pieces: Buffer[] = [];
      response.on('data', piece => pieces.push(piece)).on('error', reject);
      response.on('end', () => {
        const { 'content-encoding': coding, vary } = response.headers;
        resolve({ coding, vary, body: Buffer.concat(pieces) });
      });
    })
      .on('error', reject)
      .end();
  });

test.each([
  ['br, gzip', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
  ['identity', undefined, (body: Buffer) => body],
] as const)('pages and their parts, for who takes %s', async (taken, coding, unpack) => {
  const page = await get('/support/queue', taken);
  expect(page).toMatchObject({ coding, vary: expect.stringMatching(/accept-encoding/i) });
  const text = unpack(page.body).toString();
  expect(text).toContain('</html>');
  const style = /href="([^"]+console\.css)"/.exec(text)?.[1] ?? '';
  const sheet = await get(style, taken);
  expect(sheet.coding).toBe(coding);
  expect(unpack(sheet.body).toString()).toContain(':focus-visible');
});

test('what is taken away piece by piece is not', async () => {
  expect((await get('/support/connections.csv', 'br, gzip')).coding).toBeUndefined();
});
