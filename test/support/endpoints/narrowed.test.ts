import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeEndpoint } from '../../../src/support/endpoints/change.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { openTelling, type Telling } from '../../fixtures/telling.ts';

let site: Telling;
beforeAll(async () => {
  site = await openTelling();
});
afterAll(() => site[Symbol.asyncDispose]());

test('an endpoint is not sent what waits and is wanted no more', async () => {
  const id = await site.add();
  const other = await site.add();
  const [taken = 0, linked = 0, ...rest] = await site.tell(
    { workspace: 'flats' },
    { workspace: 'hotels' },
    { workspace: 'flats' },
    { workspace: null },
    { workspace: 'hotels', type: 'account.disconnected' },
  );
  await site.end(id, taken, 'delivered');
  const { dropped } = await changeEndpoint(site.desk, SHELL, id, { workspaces: ['hotels'] });
  expect(dropped).toBe(2);
  const [, , disconnected] = rest;
  expect(await site.stands(id)).toEqual([
    `${taken} delivered`,
    `${linked} waiting`,
    `${disconnected} waiting`,
  ]);
  await changeEndpoint(site.desk, SHELL, id, { types: ['account.linked'] });
  expect(await site.stands(id)).toEqual([`${taken} delivered`, `${linked} waiting`]);
  const more = await changeEndpoint(site.desk, SHELL, id, { types: null, workspaces: null });
  expect(more.dropped).toBe(0);
  expect(await site.stands(other)).toHaveLength(5);
  const rows = (await site.audit('change_endpoint')).slice(-3).map(({ after }) => after);
  expect(rows.map(after => (after as { dropped?: number }).dropped)).toEqual([2, 1, undefined]);
});
