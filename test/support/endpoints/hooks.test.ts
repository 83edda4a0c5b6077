import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeEndpoint } from '../../../src/support/endpoints/change.ts';
import { disableEndpoint, enableEndpoint } from '../../../src/support/endpoints/enable.ts';
import { listEndpoints, unheardSince } from '../../../src/support/endpoints/read.ts';
import { removeEndpoint } from '../../../src/support/endpoints/remove.ts';
import { replay } from '../../../src/support/endpoints/replay.ts';
import { rotateSecret } from '../../../src/support/endpoints/secret.ts';
import { testEndpoint } from '../../../src/support/endpoints/test.ts';
import { hookEndpoint, openHooks } from '../../fixtures/hooks.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { openTelling, type Telling } from '../../fixtures/telling.ts';
import { until } from '../../fixtures/wait.ts';

let telling: Telling;
let id: number;
const got: string[] = [];
let running: AsyncDisposable;
beforeAll(async () => {
  telling = await openTelling();
  running = await openHooks(telling.database, {
    'account.linked': ({ data }) => void got.push(data.connected_account_id),
  });
  ({ id } = await hookEndpoint(telling.database));
});
afterAll(() => telling[Symbol.asyncDispose]());

test('people see that they are hooks, and can’t do what they make no sense for', async () => {
  const { desk } = telling;
  const [view] = await listEndpoints(desk, SHELL);
  expect(view).toMatchObject({ kind: 'hook', name: 'app', createdBy: 'your app', secrets: [] });
  expect(view?.hooksHeardAt).toBeInstanceOf(Date);
  await expect(telling.add({ kind: 'hook', target: 'mine' })).rejects.toMatchObject({
    faults: { kind: expect.stringContaining('added by the app that has them') },
  });
  await expect(
    changeEndpoint(desk, SHELL, id, { name: 'other', target: 'x', types: ['account.deleted'] }),
  ).rejects.toMatchObject({
    faults: {
      name: expect.stringContaining('code'),
      target: expect.stringContaining('process'),
      types: expect.stringContaining('has a hook for'),
    },
  });
  await expect(testEndpoint(desk, SHELL, id)).rejects.toMatchObject({ fault: 'refused' });
  await expect(rotateSecret(desk, SHELL, id)).rejects.toMatchObject({ fault: 'refused' });
  await expect(removeEndpoint(desk, SHELL, id, { why: 'so' })).rejects.toMatchObject({
    fault: 'conflict',
  });
  await changeEndpoint(desk, SHELL, id, { perSecond: 20, workspaces: ['hotels'] });
  expect((await listEndpoints(desk, SHELL))[0]).toMatchObject({
    ...{ perSecond: 20, workspaces: ['hotels'], types: ['account.linked'] },
  });
});

test('disabled, enabled, replayed: as any endpoint', async () => {
  const { desk } = telling;
  await telling.tell({ account: 'a1' });
  await until('it to be told', () => got.includes('a1'));
  await disableEndpoint(desk, SHELL, id, { why: 'a pause' });
  await telling.tell({ account: 'a2' });
  await enableEndpoint(desk, SHELL, id, { missed: 'send' });
  await until('it to be told of what it missed', () => got.includes('a2'));
  await until('all to be noted', async () =>
    (await telling.stands(id)).every(each => each.endsWith('delivered')),
  );
  expect(await replay(desk, SHELL, id, { states: 'all', account: 'a1' })).toMatchObject({
    sentAgain: 1,
  });
  await until('it to be told again', () => got.filter(each => each === 'a1').length === 2);
  expect(got).toEqual(['a1', 'a2', 'a1']);
});

test('where no process is heard of, it is said since when; then it can be removed', async () => {
  const { desk, database } = telling;
  await running[Symbol.asyncDispose]();
  await database.pool.query(
    `update reconciler.hook_sets set heard_at = heard_at - interval '2 minutes'`,
  );
  const [view] = await listEndpoints(desk, SHELL);
  expect(view === undefined ? null : unheardSince(view)).toEqual(view?.hooksHeardAt);
  await removeEndpoint(desk, SHELL, id, { why: 'gone' });
  expect(await listEndpoints(desk, SHELL)).toEqual([]);
});
