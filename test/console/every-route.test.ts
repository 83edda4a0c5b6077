import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayRole, ROLES } from '../../src/access/permissions.ts';
import { API_ROUTES } from '../../src/api/routes.ts';
import { CONSOLE_ROUTES } from '../../src/console/routes.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

/** Some value for each part of a path: that there is no such thing is told only to who may see it. */
const somewhere = (path: string): string => path.replaceAll(/:\w+|\{\w+\}/g, '404404');

const CONSOLE = CONSOLE_ROUTES.flatMap(route => ROLES.map(role => ({ ...route, role })));
const API = API_ROUTES.flatMap(route => ROLES.map(role => ({ ...route, role })));

describe('the server refuses whoever lacks the role', () => {
  test.each(CONSOLE)('console: $method $path as $role', async ({ method, path, needs, role }) => {
    const shown = await desk.clerks[role][method](`/support${somewhere(path)}`);
    const isRefused = shown.status === 403;
    expect(isRefused).toBe(!mayRole(role, needs));
    expect(shown.status).not.toBe(503);
  });

  test.each(API)('api: $method $path as $role', async ({ method, path, needs, role }) => {
    const { status } = await desk.call(role, method.toUpperCase(), somewhere(path), {
      ...(method === 'get' ? {} : { body: {} }),
    });
    expect(status === 403).toBe(!mayRole(role, needs));
    expect(status).toBeLessThan(500);
  });
});

describe('nobody who isn’t signed in', () => {
  test.each(CONSOLE_ROUTES)('console: $method $path', async ({ method, path }) => {
    const response = await fetch(`${desk.url}/support${somewhere(path)}`, {
      method: method.toUpperCase(),
      redirect: 'manual',
    });
    if (method === 'get') {
      expect(response.status).toBe(303);
      expect(response.headers.get('location')).toMatch(/^\/support\/sign-in/);
    } else {
      expect(response.status).toBe(403);
      expect(await response.text()).toContain('nothing was done');
    }
  });

  test.each(API_ROUTES)('api: $method $path', async ({ method, path }) => {
    const url = `${desk.url}/api/v1${somewhere(path)}`;
    const response = await fetch(url, { method: method.toUpperCase() });
    expect(response.status).toBe(401);
  });
});

test.each(CONSOLE_ROUTES.filter(({ method }) => method === 'post'))(
  'a form of a stranger’s page does nothing: $path',
  async ({ path }) => {
    const shown = await desk.clerks.admin.post(`/support${somewhere(path)}`, { csrf: 'guessed' });
    expect(shown.status).toBe(403);
    expect(shown.text).toContain('This form belongs to another session');
  },
);
