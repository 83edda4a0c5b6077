import { expect, test } from 'vitest';
import { type Part, startParts } from '../../src/app/parts.ts';
import { serveWorkspaces } from '../../src/config/served-workspaces.ts';
import type { Workspace } from '../../src/config/workspaces.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { silentLog } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

/* Of each workspace one part runs, however close together the changes come and whatever becomes of one of them. */

const workspace = (id: string, apiKey: string): Workspace => ({
  id,
  name: null,
  apiKey,
  webhookSecrets: [],
});

const open = async () => {
  const stack = new AsyncDisposableStack();
  const { db } = stack.use(await createTestDatabase());
  const served = serveWorkspaces([workspace('a', 'seam_a1'), workspace('b', 'seam_b1')]);
  const running: string[] = [];
  const ending: string[] = [];
  const letEnd = Promise.withResolvers<void>();
  let isBroken = false;
  const context = { served, database: { db }, log: silentLog } as Parameters<typeof startParts>[0];
  const parts = startParts(context, { seamEndpoint: 'http://localhost' }, ({ id }) => {
    if (isBroken && id === 'a') throw new Error('a can not begin');
    running.push(String(id));
    return {
      [Symbol.asyncDispose]: async () => {
        ending.push(String(id));
        if (id === 'b') await letEnd.promise;
        running.splice(running.indexOf(String(id)), 1);
      },
    } as unknown as Part;
  });
  stack.use(parts);
  return {
    ...{ served, parts, running, ending, letEnd },
    breakA: (broken: boolean) => {
      isBroken = broken;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

test('two changes close together start one part for each, though another could not begin', async () => {
  await using opened = await open();
  const { served, parts, running, ending, letEnd } = opened;
  opened.breakA(true);
  served.replace([workspace('a', 'seam_a2'), workspace('b', 'seam_b2')]);
  await until('both to be ended', () => ending.length === 2);
  served.replace([workspace('a', 'seam_a3'), workspace('b', 'seam_b3')]);
  await until('the first change to have failed of one', () => !running.includes('a'));
  opened.breakA(false);
  letEnd.resolve();
  await until('the other to begin after all', () => running.includes('a'));
  await until('the last key', () => running.includes('b'));
  expect(running.toSorted()).toEqual(['a', 'b']);
  expect(parts.now()).toHaveLength(2);
});

test('what is served no more once its part has ended is not begun again', async () => {
  await using opened = await open();
  const { served, parts, running, ending, letEnd } = opened;
  served.replace([workspace('a', 'seam_a1'), workspace('b', 'seam_b2')]);
  await until('it to end', () => ending.includes('b'));
  served.replace([workspace('a', 'seam_a1')]);
  letEnd.resolve();
  await until('it to be gone', () => parts.now().length === 1);
  expect(running).toEqual(['a']);
  expect(ending).toEqual(['b']);
});
