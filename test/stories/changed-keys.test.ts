import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readQueueStatus } from '../../src/support/queue/status.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { listOf, type Place } from '../fixtures/places.ts';
import type { Running } from '../fixtures/processes.ts';
import { makeFolder, OTHER_SECRET, SECRET } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

/* Workspaces come, go and get other keys while `serve` and `work` run: their file is replaced, as orchestrators do. */

const NEW_SECRET = `whsec_${Buffer.from('the secret after the rotation').toString('base64')}`;
const READ = 'the workspaces were read again';

const stack = new AsyncDisposableStack();
let house: House;
let folder: string;
let hotels: Place;
let flats: Place;

/** As Kubernetes does it: the file is a link into a folder, and a link to that folder is swapped. */
let versions = 0;
const swap = async (text: string): Promise<void> => {
  versions += 1;
  const version = `version_${versions}`;
  await mkdir(path.join(folder, version));
  await writeFile(path.join(folder, version, 'workspaces.json'), text);
  await symlink(version, path.join(folder, 'next'));
  await rename(path.join(folder, 'next'), path.join(folder, 'present'));
};

beforeAll(async () => {
  folder = await makeFolder();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const env = async (seam: House['seam']) => {
    const [hotelsKey, flatsKey] = [
      await seam.addWorkspace('hotels'),
      await seam.addWorkspace('flats'),
    ];
    hotels = { id: 'hotels', name: 'Hotels', apiKey: hotelsKey, secret: SECRET };
    flats = { id: 'flats', name: 'Flats', apiKey: flatsKey, secret: OTHER_SECRET };
    await swap(listOf(hotels));
    await symlink(path.join('present', 'workspaces.json'), path.join(folder, 'workspaces.json'));
    return {
      SEAM_API_KEY: '',
      SEAM_WEBHOOK_SECRET: '',
      SEAM_WORKSPACES_FILE: path.join(folder, 'workspaces.json'),
      PROVISIONAL_LINKS: 'off',
    };
  };
  house = stack.use(await openHouse('postgres', { env, apart: true }));
  await house.addUser('ada');
});
afterAll(() => stack.disposeAsync());

const linesOf = ({ log }: Running, message: string): number =>
  log.filter(({ msg }) => msg === message).length;

/** Does it, and waits until both processes have said so. */
const andBothSay = async (message: string, change: () => Promise<unknown>): Promise<void> => {
  const before = [house.serve, house.work].map(each => linesOf(each, message));
  await change();
  for (const [index, each] of [house.serve, house.work].entries()) {
    await until(`"${message}"`, () => linesOf(each, message) > (before[index] ?? 0));
  }
};

/** A webview that ada has finished, and the events that tell of it. */
const finish = async ({ id }: Place) => {
  const webviewId = await house.seam.createWebview({ id: 'ada' }, id);
  const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
  return { webviewId, events };
};
const statusOf = async (event: Parameters<typeof post>[1], secret: string): Promise<number> => {
  const answer = await post(house.url, event, secret);
  await answer.text();
  return answer.status;
};
const statuses = (events: Parameters<typeof post>[1][], secret: string): Promise<number[]> =>
  Promise.all(events.map(event => statusOf(event, secret)));
const connect = async (place: Place): Promise<string> => {
  const { webviewId, events } = await finish(place);
  expect(new Set(await statuses(events, place.secret))).toEqual(new Set([204]));
  return webviewId;
};
const readiness = async () => (await fetch(`${house.url}/readyz`)).json() as Promise<Ready>;
type Ready = { status: string; checks: Record<string, string> };
const holds = async () => (await readQueueStatus(house.database.db, SHELL)).holds;

test('a workspace that is added is served, and what came too early of it, too', async () => {
  const early = await finish(flats);
  expect(new Set(await statuses(early.events, flats.secret))).toEqual(new Set([400]));
  expect(await house.settled(await connect(hotels), 'linked')).toMatchObject({ user_id: 'ada' });
  await andBothSay(READ, () => swap(listOf(hotels, flats)));
  expect(new Set(await statuses(early.events, flats.secret))).toEqual(new Set([204]));
  const match = await house.settled(early.webviewId, 'linked');
  expect(match).toMatchObject({ user_id: 'ada', workspace_id: 'flats' });
});

test('a webhook secret is rotated, and no webhook is refused meanwhile', async () => {
  const told: number[] = [];
  const rotating = new AbortController();
  const sending = (async () => {
    while (!rotating.signal.aborted) {
      const { events } = await finish(hotels);
      told.push(...(await statuses(events, SECRET)));
    }
  })();
  const both = JSON.parse(listOf(hotels, flats)) as { webhook_secrets: string[] }[];
  both[0]?.webhook_secrets.push(NEW_SECRET);
  await andBothSay(READ, () => swap(JSON.stringify(both)));
  rotating.abort();
  await sending;
  expect(new Set(told)).toEqual(new Set([204]));
  hotels = { ...hotels, secret: NEW_SECRET };
  expect(await house.settled(await connect(hotels), 'linked')).toMatchObject({ user_id: 'ada' });

  await andBothSay(READ, () => swap(listOf(hotels, flats)));
  const { events } = await finish(hotels);
  expect(new Set(await statuses(events, SECRET))).toEqual(new Set([400]));
  expect(new Set(await statuses(events, NEW_SECRET))).toEqual(new Set([204]));
});

test('the hold for a refused key ends with the key that takes its place', async () => {
  const good = hotels.apiKey;
  hotels = { ...hotels, apiKey: 'seam_revoked_key' };
  await andBothSay(READ, () => swap(listOf(hotels, flats)));
  const waiting = await connect(hotels);
  await until('the hold', async () =>
    (await holds()).find(({ workspace_id: id }) => id === 'hotels'),
  );
  // As if it had stood for long: the next probe of its own is far away.
  await house.database.pool.query(
    `update reconciler.workspace_holds set probe_at = now() + interval '1 h'`,
  );
  expect(await house.settled(await connect(flats), 'linked')).toMatchObject({ user_id: 'ada' });

  hotels = { ...hotels, apiKey: good };
  await andBothSay(READ, () => swap(listOf(hotels, flats)));
  expect(await house.settled(waiting, 'linked')).toMatchObject({ user_id: 'ada', attempts: 0 });
  expect(await holds()).toEqual([]);
});

test('what can’t be used changes nothing, is told by name, and ends once it can', async () => {
  const message = 'the changed settings are not used: those from before stay';
  const half = listOf(hotels, { ...flats, apiKey: 'hunter2' });
  await andBothSay(message, () => swap(half));
  const { status, checks } = await readiness();
  expect(status).toBe('ok');
  expect(checks.settings).toMatch(
    /^SEAM_WORKSPACES_FILE is wrong at workspace 2, api_key: .*, since \d{4}-/,
  );
  const trouble = await until('the worker to tell of it', async () => {
    const { processes } = await readQueueStatus(house.database.db, SHELL);
    return processes.find(({ kind }) => kind === 'work')?.worker?.trouble;
  });
  expect(trouble).toContain('SEAM_WORKSPACES_FILE is wrong at workspace 2, api_key');
  const logged = JSON.stringify([...house.serve.log, ...house.work.log]);
  for (const secret of ['hunter2', hotels.apiKey, hotels.secret])
    expect(logged).not.toContain(secret);
  for (const place of [hotels, flats]) {
    expect(await house.settled(await connect(place), 'linked')).toMatchObject({ user_id: 'ada' });
  }
  await andBothSay('the settings can be used again', () => swap(listOf(hotels, flats)));
  expect((await readiness()).checks.settings).toBe('ok');
});

test('a workspace that is removed is refused, and what is owed of it waits until it is back', async () => {
  const { webviewId, events } = await finish(flats);
  house.seam.interfere((_path, _body, apiKey) =>
    apiKey === flats.apiKey ? response => response.writeHead(503).end() : null,
  );
  expect(new Set(await statuses(events, flats.secret))).toEqual(new Set([204]));
  await andBothSay(READ, () => swap(listOf(hotels)));
  expect(new Set(await statuses((await finish(flats)).events, flats.secret))).toEqual(
    new Set([400]),
  );
  await until('it to be set aside', async () => {
    return (await house.find(webviewId))?.reason === 'workspace_unknown';
  });
  expect(await house.settled(await connect(hotels), 'linked')).toMatchObject({ user_id: 'ada' });

  house.seam.interfere(null);
  await andBothSay(READ, () => swap(listOf(hotels, flats)));
  expect(await house.settled(webviewId, 'linked')).toMatchObject({ user_id: 'ada' });
});
