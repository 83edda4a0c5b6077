import { expect, test } from 'vitest';
import { type Part, startParts } from '../../src/app/parts.ts';
import { serveWorkspaces } from '../../src/config/served-workspaces.ts';
import { byMetadataKey } from '../../src/config/user-identity.ts';
import type { Workspace } from '../../src/config/workspaces.ts';
import { NO_INSTRUMENTS } from '../../src/metrics/instruments.ts';
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
  const begun: string[] = [];
  const ending: string[] = [];
  const living = new Set<symbol>();
  let most = 0;
  const letEnd = Promise.withResolvers<void>();
  let isBroken = false;
  const start: Parameters<typeof startParts>[2] = ({ id }) => {
    if (isBroken && id === 'a') throw new Error('a can not begin');
    const own = Symbol(String(id));
    begun.push(String(id));
    living.add(own);
    most = Math.max(most, living.size);
    return {
      [Symbol.asyncDispose]: async () => {
        ending.push(String(id));
        if (id === 'b') await letEnd.promise;
        living.delete(own);
      },
    } as unknown as Part;
  };
  const context = {
    served,
    database: { db },
    instruments: NO_INSTRUMENTS,
    log: silentLog,
  } as Parameters<typeof startParts>[0];
  const parts = stack.use(
    startParts(context, { seamEndpoint: 'http://localhost', identity: byMetadataKey('id') }, start),
  );
  return {
    ...{ served, parts, begun, ending, letEnd },
    living: () => [...living].map(({ description }) => description).toSorted(),
    most: () => most,
    breakA: () => {
      isBroken = true;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
const timesOf = (id: string, ids: readonly string[]) => ids.filter(each => each === id).length;

test('two changes close together leave one part of each, though another could not begin', async () => {
  await using opened = await open();
  const { served, begun, ending, letEnd } = opened;
  opened.breakA();
  served.replace([workspace('a', 'seam_a2'), workspace('b', 'seam_b2')]);
  await until('the one to have failed', () => opened.living().join() === 'b');
  served.replace([workspace('a', 'seam_a3'), workspace('b', 'seam_b3')]);
  letEnd.resolve();
  await until('both keys to have begun', () => timesOf('b', begun) === 3);
  expect(opened.living()).toEqual(['b']);
  expect(opened.most()).toBe(2);
  // What has ended is not ended once more.
  expect(ending.toSorted()).toEqual(['a', 'b', 'b']);
});

test('what is served no more once its part has ended is not begun again', async () => {
  await using opened = await open();
  const { served, parts, begun, ending, letEnd } = opened;
  served.replace([workspace('a', 'seam_a1'), workspace('b', 'seam_b2')]);
  await until('it to end', () => ending.includes('b'));
  served.replace([workspace('a', 'seam_a1')]);
  letEnd.resolve();
  await until('it to be gone', () => parts.now().length === 1);
  expect(opened.living()).toEqual(['a']);
  expect(begun).toEqual(['a', 'b']);
});
