import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mayRole } from '../../src/access/permissions.ts';
import { CONSOLE_ROUTES } from '../../src/console/routes.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

const PAGES = CONSOLE_ROUTES.filter(({ method, path }) => method === 'get' && !/[:.]/.test(path));

test('every page lets whoever is signed in sign out', async () => {
  expect(PAGES.length).toBeGreaterThan(8);
  for (const { path, needs } of PAGES) {
    expect(mayRole('admin', needs)).toBe(true);
    const { status, text } = await desk.clerks.admin.get(`/support${path}`);
    expect([path, status]).toEqual([path, 200]);
    expect([path, /<form[^>]*action="\/support\/sign-out"/.test(text)]).toEqual([path, true]);
  }
});

const UP = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '....//', '/..;/', '%252e%252e%252f'];
const ROOTS = ['/support/assets/x/', '/support/raw-queue/static/', '/support/raw-queue/'];
const FILES = ['package.json', 'etc/passwd'];

/** As it is: what makes an address tidy first would take the dots away. */
const getAsItIs = async (path: string): Promise<{ status: number | undefined; text: string }> => {
  const { hostname, port } = new URL(desk.url);
  const headers = { cookie: desk.clerks.admin.cookie };
  const sent = request({ hostname, port, path, headers, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, text: await readText(response) };
};

test('a file that isn’t there is no page, and no fault of ours', async () => {
  for (const root of ROOTS) expect((await getAsItIs(`${root}nothing.js`)).status).toBe(404);
});

test.each(ROOTS)('no address leads to a file of this machine: %s', async root => {
  for (const up of UP) {
    for (const file of FILES) {
      const path = `${root}${up.repeat(8)}${file}`;
      const { status, text } = await getAsItIs(path);
      expect([path, status]).toEqual([path, expect.toBeOneOf([303, 400, 403, 404])]);
      expect(text).not.toMatch(/"dependencies"|root:.*:0:0:/);
    }
  }
});
