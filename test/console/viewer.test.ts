import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayRole, type Permission, type Role } from '../../src/access/permissions.ts';
import { API_ROUTES } from '../../src/api/routes.ts';
import { CONSOLE_ROUTES } from '../../src/console/routes.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { createPlants, type PlantedUsers, seedPlants } from '../fixtures/planted.ts';
import { writePlants } from '../fixtures/planted-writes.ts';
import { CASES, PLACES, W1 } from '../fixtures/viewer-places.ts';

/* Every answer of every route, read by a viewer: none of the e-mails and telephone numbers is in it. */

const plants = createPlants();
let desk: TestDesk;
let users: PlantedUsers;
/** Of the audit log: what stands in a place as LINK. */
let linkId: string;
beforeAll(async () => {
  desk = await openDesk();
  users = await seedPlants(desk, plants);
  await writePlants(desk, plants, users);
  const { rows } = await desk.database.pool.query(
    `select id from reconciler.audit_log where action = 'link'`,
  );
  linkId = String(rows[0].id);
});
afterAll(() => desk[Symbol.asyncDispose]());

type Place = Readonly<{ method: string; place: string; isFor: (role: Role) => boolean }>;

const visitsOf = (
  routes: readonly { method: string; path: string; needs: Permission }[],
): Place[] =>
  routes.flatMap(({ method, path, needs }) => {
    const places = PLACES[path] ?? (/[:{]/.test(path) ? undefined : [path]);
    if (places === undefined)
      throw new Error(`say in viewer-places.ts where ${path} leads to something`);
    return places.map(place => ({ method, place, isFor: (role: Role) => mayRole(role, needs) }));
  });
/** As a list asks for itself anew. */
const REFRESHED = `/connections?first=&${CASES.map(each => `shown=${each}`).join('&')}`;
const CONSOLE = [
  ...visitsOf(CONSOLE_ROUTES),
  { method: 'get', place: REFRESHED, isFor: () => true },
];
const API = visitsOf(API_ROUTES);
type Visited = Readonly<{ status: number; text: string }>;

const spell = (status: number, headers: Headers, body: string): string =>
  `${status} ${JSON.stringify([...headers])} ${body}`;

/** A page with its headers, and whatever it leads on to. */
const visit = async (role: Role, method: string, place: string): Promise<Visited> => {
  const { cookie } = desk.clerks[role];
  const go = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(path, desk.url), { redirect: 'manual', ...init, headers: { cookie } });
  const { text } = await desk.clerks[role].get('/support');
  const csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
  const form = new URLSearchParams({ csrf, name: 'mine', state: 'failed' });
  let response = await go(
    `/support${place.replace('LINK', linkId)}`,
    method === 'get' ? {} : { method: method.toUpperCase(), body: form },
  );
  let told = '';
  for (let hops = 0; hops < 5; hops++) {
    told += spell(response.status, response.headers, await response.text());
    const to = response.headers.get('location');
    if (to === null) break;
    response = await go(to);
  }
  return { status: response.status, text: told };
};

const call = async (role: Role, method: string, place: string): Promise<Visited> => {
  const { status, headers, body } = await desk.call(
    role,
    method.toUpperCase(),
    place.replace('LINK', linkId),
    {
      ...(method === 'get' ? {} : { body: {} }),
    },
  );
  return { status, text: spell(status, headers, JSON.stringify(body)) };
};

describe('a viewer reads no e-mail and no telephone number', () => {
  test.each(CONSOLE)('in the console: $method $place', async ({ method, place, isFor }) => {
    const { status, text } = await visit('viewer', method, place);
    expect(status === 403).toBe(!isFor('viewer'));
    if (method === 'get' && isFor('viewer')) expect(status).toBe(200);
    expect(plants.seenIn(text)).toEqual([]);
    // A link with dots in the place of an id leads nowhere.
    expect(text).not.toMatch(/(?:href|action|hx-\w+)="[^"]*(?:•|%E2%80%A2)/i);
  });

  test.each(API)('through the API: $method $place', async ({ method, place, isFor }) => {
    const { status, text } = await call('viewer', method, place);
    expect(status === 403).toBe(!isFor('viewer'));
    if (method === 'get' && isFor('viewer')) expect(status).toBe(200);
    expect(plants.seenIn(text)).toEqual([]);
  });

  test('in the API’s description', async () => {
    const response = await fetch(`${desk.url}/api/v1/openapi.json`);
    expect(plants.seenIn(await response.text())).toEqual([]);
  });
});

describe('support reads all of them, so the test could fail', () => {
  const isRead = ({ method, isFor }: Place) => method === 'get' && isFor('support');

  test('each that was put in stands in some answer', async () => {
    const texts: string[] = [];
    for (const { method, place } of CONSOLE.filter(isRead)) {
      texts.push((await visit('support', method, place)).text);
    }
    for (const { method, place } of API.filter(isRead)) {
      texts.push((await call('support', method, place)).text);
    }
    expect(plants.seenIn(texts.join('\n'))).toEqual(plants.places());
  });

  test.each([`${W1}`, '/search?q=a1', '/audit-log', '/queue', '/bulk-runs/2', '/accounts/a1'])(
    'some through the API: %s',
    async place => {
      expect(plants.seenIn((await call('support', 'get', place)).text)).not.toEqual([]);
    },
  );

  test('but not what lets somebody in', async () => {
    for (const place of ['/accounts/a1', '/endpoints', '/endpoints/1']) {
      expect((await call('support', 'get', place)).text).not.toContain('hunter-two');
    }
  });
});

test('what a viewer types themselves is read back to them, and nothing beyond', async () => {
  const typed = encodeURIComponent(users.named);
  const own = plants.seenIn(users.named);
  for (const place of [
    `/search?q=${typed}`,
    `/connections?user=${typed}`,
    `/audit-log?target=${typed}`,
  ]) {
    const { text } = await visit('viewer', 'get', place);
    expect(own).toEqual(expect.arrayContaining(plants.seenIn(text)));
    if (!place.startsWith('/search')) expect(plants.seenIn(text)).toEqual(own);
  }
  for (const place of [
    `/search?q=${typed}`,
    `/connections?user=${typed}`,
    `/messages?user=${typed}`,
  ]) {
    expect(own).toEqual(
      expect.arrayContaining(plants.seenIn((await call('viewer', 'get', place)).text)),
    );
  }
});
