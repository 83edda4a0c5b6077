import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventBody } from '../../src/sandbox/event.ts';
import { readQueueStatus } from '../../src/support/queue/status.ts';
import { runHere } from '../fixtures/here.ts';
import { BACKENDS, type House, openHouse } from '../fixtures/house.ts';
import { listOf, type Place, TROUBLES } from '../fixtures/places.ts';
import { start } from '../fixtures/processes.ts';
import { makeFolder, OTHER_SECRET, SECRET } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

/** Ids are opaque: this one has all that a queue's name may not have. */
const HOTELS = 'the hotels: {1}/ä';
const FLATS = randomUUID();

describe.each(BACKENDS)('two workspaces, one installation (queue in %s)', kind => {
  const stack = new AsyncDisposableStack();
  let house: House;
  let file: string;
  let hotels: Place;
  let flats: Place;

  beforeAll(async () => {
    const folder = await makeFolder();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    file = path.join(folder, 'workspaces.json');
    const env = async (seam: House['seam']) => {
      const hotelsKey = await seam.addWorkspace(HOTELS);
      const flatsKey = await seam.addWorkspace(FLATS);
      hotels = { id: HOTELS, name: 'Hotels', apiKey: hotelsKey, secret: SECRET };
      flats = { id: FLATS, name: 'Flats', apiKey: flatsKey, secret: OTHER_SECRET };
      await writeFile(file, listOf(hotels, flats));
      return {
        SEAM_API_KEY: '',
        SEAM_WEBHOOK_SECRET: '',
        SEAM_WORKSPACES_FILE: file,
        PROVISIONAL_LINKS: 'off',
      };
    };
    house = stack.use(await openHouse(kind, { env, apart: true }));
    await house.addUser('ada');
  });
  afterAll(() => stack.disposeAsync());

  const deliver = async ({ secret }: Pick<Place, 'secret'>, events: readonly EventBody[]) => {
    const answers = await Promise.all(events.map(event => post(house.url, event, secret)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
  };
  /** @returns the id of a webview that ada has finished, and whose webhooks are delivered */
  const connect = async (place: Place): Promise<string> => {
    const webviewId = await house.seam.createWebview({ id: 'ada' }, place.id);
    const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
    await deliver(place, events);
    return webviewId;
  };
  const keysFor = (id: string): string[] => [
    ...new Set(house.seam.calls.filter(call => call.id === id).map(call => call.apiKey)),
  ];
  const status = () => readQueueStatus(house.database.db, SHELL);

  test('each event is looked at with the key of its own workspace, and shown with it', async () => {
    for (const place of [hotels, flats]) {
      const id = await connect(place);
      const match = await house.settled(id, 'linked');
      expect(match).toMatchObject({ user_id: 'ada', workspace_id: place.id });
      expect(keysFor(id)).toEqual([place.apiKey]);
      expect((await runHere(['show', id], house.env)).stdout).toContain(
        `${place.name} (${place.id})`,
      );
    }
  });

  test.runIf(kind === 'postgres')(
    'a webview is created in the workspace that is named, and one has to be',
    async () => {
      const create = ['webview', 'create', '--user', 'ada', '--json'];
      const unnamed = await runHere(create, house.env);
      expect(unnamed).toMatchObject({ code: 2, stdout: '' });
      expect(unnamed.stderr).toContain(`--workspace: several are configured; choose Hotels (`);
      const { stdout } = await runHere([...create, '--workspace', 'Flats'], house.env);
      const { connect_webview_id: id } = JSON.parse(stdout) as { connect_webview_id: string };
      expect(await house.find(id)).toMatchObject({ workspace_id: FLATS, expected_user_id: 'ada' });
      const webviews = house.seam.fake.database.connect_webviews;
      expect(webviews.find(w => w.connect_webview_id === id)?.workspace_id).toBe(FLATS);
    },
  );

  test.runIf(kind === 'postgres')(
    'doctor looks at each workspace, and sees a key that is of another one',
    async () => {
      const mixedUp = path.join(path.dirname(file), 'mixed-up.json');
      await writeFile(mixedUp, listOf(hotels, { ...flats, id: 'another' }));
      const { stdout } = await runHere(['doctor', '--json'], {
        ...house.env,
        SEAM_WORKSPACES_FILE: mixedUp,
      });
      const { checks } = JSON.parse(stdout) as { checks: { check: string }[] };
      expect(checks).toContainEqual(
        expect.objectContaining({
          check: `Seam key and workspace: Hotels (${HOTELS})`,
          result: 'ok',
        }),
      );
      expect(checks).toContainEqual(
        expect.objectContaining({
          check: 'Seam key and workspace: Flats (another)',
          result: 'problem',
          detail: expect.stringContaining(
            `the key belongs to another workspace: ${FLATS} (${FLATS})`,
          ),
        }),
      );
    },
  );

  test('an event that leaves its workspace out is of the one whose secret signed it', async () => {
    const webviewId = await house.seam.createWebview({ id: 'ada' }, FLATS);
    const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
    await deliver(
      flats,
      events.map(({ workspace_id: _, ...event }) => ({ ...event }) as EventBody),
    );
    expect(await house.settled(webviewId, 'linked')).toMatchObject({ workspace_id: FLATS });
  });

  test('what another one signed of a connection, whatever it names, changes nothing and is told', async () => {
    const id = await connect(hotels);
    const { connected_account_id: accountId } = await house.settled(id, 'linked');
    const of = { connected_account_id: accountId };
    const { workspace_id: _, ...nameless } = house.seam.event('connected_account.deleted', of);
    const said = [
      nameless as EventBody,
      house.seam.event('connected_account.deleted', { ...of, workspace_id: FLATS }),
      house.seam.event('connected_account.disconnected', { ...of, workspace_id: 'zzz' }),
      house.seam.event('connect_webview.login_failed', {
        connect_webview_id: id,
        workspace_id: HOTELS,
      }),
    ];
    await deliver(flats, said);
    const { latest_set_aside: told } = await until('all to be set aside', async () => {
      const now = await status();
      return now.set_aside === said.length && now;
    });
    expect(told.map(({ because }) => because).toSorted()).toEqual([
      'names_another_workspace',
      'names_another_workspace',
      'subject_of_another_workspace',
      'subject_of_another_workspace',
    ]);
    expect(await house.find(id)).toMatchObject({ state: 'linked', workspace_id: HOTELS });
    expect(keysFor(String(accountId))).toEqual([hotels.apiKey]);
    expect((await runHere(['show', id], house.env)).stdout).toContain(
      `set aside: signed with the secret of Flats (${FLATS}), names Hotels (${HOTELS})`,
    );
    expect((await runHere(['queue', 'status'], house.env)).stdout).toContain(
      `Events set aside, as they are the word of another workspace: ${said.length}.`,
    );
  });

  test('whoever claims a connection first does not keep it from its owner', async () => {
    const id = await house.seam.createWebview({ id: 'ada' }, HOTELS);
    const { events } = await house.seam.completeWebview(id, { email: 'a@l.example' });
    await deliver(flats, [
      house.seam.event('connect_webview.login_succeeded', {
        connect_webview_id: id,
        workspace_id: FLATS,
      }),
    ]);
    await until('a look with the wrong key', () => keysFor(id).includes(flats.apiKey));
    await deliver(hotels, events);
    expect(await house.settled(id, 'linked')).toMatchObject({
      user_id: 'ada',
      workspace_id: HOTELS,
    });
  });

  // Each trouble once, and each queue once: the rest is the circuit breaker's own.
  test.each(kind === 'postgres' ? TROUBLES : TROUBLES.slice(1))(
    '$reason in one workspace: its subjects wait, it is named, and those of the other are linked',
    async ({ reason, answer }) => {
      house.seam.interfere((_path, _body, apiKey) => (apiKey === flats.apiKey ? answer : null));
      const waiting = await Promise.all([1, 2, 3].map(() => connect(flats)));
      const held = await until('a hold', async () => (await status()).holds[0]);
      expect(held).toMatchObject({ reason, workspace_id: FLATS });
      const readiness = await (await fetch(`${house.url}/readyz`)).json();
      expect(readiness).toMatchObject({
        checks: {
          seam: expect.stringMatching(new RegExp(`^Flats \\(${FLATS}\\) is held .*${reason}$`)),
        },
      });
      const said = await runHere(['queue', 'status'], house.env);
      expect(said.stdout).toMatch(new RegExp(`^HELD: Flats \\(${FLATS}\\), since `, 'm'));

      for (const id of await Promise.all([1, 2, 3, 4, 5, 6].map(() => connect(hotels)))) {
        expect(await house.settled(id, 'linked')).toMatchObject({ user_id: 'ada' });
      }
      expect((await status()).holds).toMatchObject([{ reason, workspace_id: FLATS }]);
      for (const id of waiting) expect((await house.find(id))?.user_id).toBeNull();

      house.seam.interfere(null);
      for (const id of waiting) {
        expect(await house.settled(id, 'linked')).toMatchObject({ user_id: 'ada', attempts: 0 });
      }
      expect((await status()).holds).toEqual([]);
    },
  );

  test.runIf(kind === 'postgres')(
    'events of a workspace that no worker has configured are kept, say so, and go on once one has',
    async () => {
      await house.work.stop('SIGTERM');
      const fewer = path.join(path.dirname(file), 'fewer.json');
      await writeFile(fewer, listOf(hotels));
      const env = { ...house.env, SEAM_WORKSPACES_FILE: fewer };
      await using work = start(['work'], env);
      await work.logged('worker ready');
      const id = await connect(flats);
      const other = await connect(hotels);
      expect(await house.settled(other, 'linked')).toMatchObject({ user_id: 'ada' });

      const match = await until('the reason', async () => {
        const found = await house.find(id);
        return found?.reason === 'workspace_unknown' && found;
      });
      const unlooked = { state: 'retrying', attempts: 0, runs: [] };
      expect(match).toMatchObject({ ...unlooked, workspace_id: FLATS });
      expect(match.deliveries).toHaveLength(4);
      const listed = await runHere(['list', '--reason', 'workspace_unknown', '--json'], env);
      expect(JSON.parse(listed.stdout).reconciliations).toMatchObject([
        { connect_webview_id: id, workspace_id: FLATS },
      ]);
      expect((await runHere(['show', id], env)).stdout).toContain("isn't configured here");
      const refused = await runHere(['retry', id], env);
      expect(refused).toMatchObject({ code: 4, stdout: expect.stringContaining(FLATS) });
      expect(keysFor(id)).toEqual([]);

      await work.stop('SIGTERM');
      await using again = start(['work'], house.env);
      await again.logged('worker ready');
      expect(await house.settled(id, 'linked')).toMatchObject({ user_id: 'ada', reason: null });
      expect(keysFor(id)).toEqual([flats.apiKey]);
    },
  );
});
