import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addWithPassword } from '../fixtures/passwords.ts';

/* What a browser keeps of somebody who has signed out. */

const PASSWORD = 'violet anvil crosses pond';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  await addWithPassword(desk.database.pool, { name: 'Ada', role: 'viewer', password: PASSWORD });
});
afterAll(() => desk[Symbol.asyncDispose]());

const send = (path: string, fields: Record<string, string>, cookie = '') =>
  fetch(`${desk.url}/support${path}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
  });

test('it forgets pages and what was stored, and not that it is known: nobody locks its owner out', async () => {
  const entered = await send('/sign-in', { name: 'Ada', password: PASSWORD });
  const cookies = entered.headers.getSetCookie().map(set => set.split(';')[0] ?? '');
  expect(cookies.map(each => each.split('=')[0])).toEqual([
    'seam-reconciler',
    'seam-reconciler-device',
  ]);
  const cookie = cookies.join('; ');
  const shown = await fetch(`${desk.url}/support`, { headers: { cookie } });
  const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(await shown.text()) ?? [];
  expect(shown.headers.get('clear-site-data')).toBeNull();

  const forged = await send('/sign-out', { csrf: 'guessed' }, cookie);
  expect(forged.headers.get('clear-site-data')).toBeNull();
  const left = await send('/sign-out', { csrf }, cookie);
  expect(left.headers.get('clear-site-data')).toBe('"cache", "storage"');
  expect(left.headers.getSetCookie().map(set => set.split('=')[0])).toEqual(['seam-reconciler']);
});
