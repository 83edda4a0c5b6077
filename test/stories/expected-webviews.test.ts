import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byMetadataKey } from '../../src/config/user-identity.ts';
import { createSeam } from '../../src/seam/client.ts';
import { createWebview, type WebviewRequest } from '../../src/support/accounts/webview.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import { runHere } from '../fixtures/here.ts';
import { BACKENDS, type House, openHouse } from '../fixtures/house.ts';
import { SHELL } from '../fixtures/shell.ts';
import { until } from '../fixtures/wait.ts';

const never = new AbortController().signal;

describe.each(BACKENDS)('a webview that we create for a user (queue in %s)', kind => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
    await house.addUser('ada');
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const users = () =>
    createUserDirectory(house.database.pool, {
      schema: 'reconciler',
      table: 'users',
      idColumn: 'id',
    });
  const create = (request: Partial<WebviewRequest>, webviewLookAfterMinutes = 15) =>
    createWebview(
      {
        db: house.database.db,
        users: users(),
        seam: createSeam(house.seam),
        workspaceId: null,
        identity: byMetadataKey('id'),
        webviewLookAfterMinutes,
      },
      SHELL,
      { userId: 'ada', metadata: {}, ...request },
      never,
    );
  const created = async (request: Partial<WebviewRequest> = {}, minutes = 15) => {
    const creation = await create(request, minutes);
    if (creation.kind !== 'created') throw new Error(JSON.stringify(creation));
    return creation;
  };

  test('carries the id, is expected from that user, and waits for its webhook', async () => {
    const { connectWebviewId, lookAt } = await created({ metadata: { plan: 'gold' } });
    const shown = await createSeam(house.seam).getConnectWebview(connectWebviewId, never);
    expect(shown.value?.customMetadata).toEqual({ id: 'ada', plan: 'gold' });
    expect(lookAt.getTime() - Date.now()).toBeGreaterThan(14 * 60_000);
    expect(await house.find(connectWebviewId)).toMatchObject({
      state: 'pending',
      expected_user_id: 'ada',
      generation: 1,
      observed_generation: 0,
      next_look_at: lookAt.toISOString(),
      runs: [],
    });
    const { stdout } = await runHere(['show', 'ada', '--json'], house.env);
    expect(JSON.parse(stdout).matches).toContainEqual(
      expect.objectContaining({
        connect_webview_id: connectWebviewId,
        expected_user_id: 'ada',
      }),
    );
  });

  test('is looked at as soon as its webhook comes', async () => {
    const { connectWebviewId } = await created();
    const { events } = await house.seam.completeWebview(connectWebviewId, { email: 'a@l.example' });
    await house.deliver(...events);
    expect(await house.settled(connectWebviewId, 'linked')).toMatchObject({
      user_id: 'ada',
      expected_user_id: 'ada',
      next_look_at: null,
    });
  });

  test('is looked at by itself when none ever comes', async () => {
    const { connectWebviewId } = await created({}, 0);
    await house.seam.completeWebview(connectWebviewId, { email: 'a@l.example' });
    const match = await house.settled(connectWebviewId, 'linked');
    expect(match).toMatchObject({ user_id: 'ada', deliveries: [] });
    expect(match.runs.at(-1)?.trigger).toBe('sweep');
  });

  test('whose user has not finished it says so', async () => {
    const { connectWebviewId } = await created({}, 0);
    const match = await until('a look', async () => {
      const found = await house.find(connectWebviewId);
      return found?.state === 'retrying' && found;
    });
    expect(match).toMatchObject({ reason: 'webview_pending', expected_user_id: 'ada' });
  });

  test('does not wait where the webhook was faster than our own record', async () => {
    const connectWebviewId = `webview_${randomUUID()}`;
    await house.deliver(
      house.seam.event('connect_webview.login_failed', { connect_webview_id: connectWebviewId }),
    );
    const before = await until('a record', () => house.find(connectWebviewId));
    house.seam.amend((path, answer) => {
      const isCreation = path === '/connect_webviews/create';
      if (isCreation)
        Object.assign(answer.connect_webview as object, { connect_webview_id: connectWebviewId });
    });
    await created();
    house.seam.amend(null);
    const after = await house.find(connectWebviewId);
    expect(after).toMatchObject({ expected_user_id: 'ada', generation: before.generation });
    expect(Date.parse(after?.next_look_at ?? '')).toBeLessThan(Date.now() + 60_000);
  });

  test('for nobody of ours, or beyond Seam’s limits, is never asked for', async () => {
    const callsBefore = house.seam.calls.length;
    expect(await create({ userId: 'nobody' })).toMatchObject({ kind: 'no_such_user' });
    const creation = await create({
      metadata: { id: 'grace', 'a.b': 'x'.repeat(501) },
      providerCategory: 'stable',
      acceptedProviders: ['august'],
      customRedirectUrl: 'nowhere',
      customRedirectFailureUrl: 'javascript:alert(1)',
      customerKey: ' ',
    });
    expect(creation).toEqual({
      kind: 'invalid',
      faults: [
        expect.stringMatching(/"id" is reserved for the user id/),
        expect.stringMatching(/"a\.b" contains a period/),
        expect.stringMatching(/"a\.b" has 501 characters/),
        expect.stringMatching(/either provider_category or accepted_providers/),
        expect.stringMatching(/custom_redirect_url must be a full URL/),
        expect.stringMatching(/custom_redirect_failure_url must lead to a page/),
        expect.stringMatching(/customer_key is empty/),
      ],
    });
    const asked = house.seam.calls.slice(callsBefore).map(call => call.path);
    expect(asked).not.toContain('/connect_webviews/create');
  });

  test('that Seam refuses leaves no record', async () => {
    const count = async () =>
      (await house.database.pool.query('select from reconciler.reconciliations')).rowCount;
    const before = await count();
    house.seam.interfere(path =>
      path === '/connect_webviews/create'
        ? response => {
            response.writeHead(400, { 'content-type': 'application/json' });
            response.end('{"error":{"type":"invalid_input","message":"no such provider"}}');
          }
        : null,
    );
    await expect(create({})).rejects.toThrow('no such provider');
    house.seam.interfere(null);
    expect(await count()).toBe(before);
  });

  test('is made by one command, which prints its URL and nothing else', async () => {
    const bodies: unknown[] = [];
    house.seam.interfere((path, body) => {
      if (path === '/connect_webviews/create') bodies.push(body);
      return null;
    });
    const options = ['--excluded-provider=yale', '--accepted-capability=lock'];
    const { code, stdout } = await runHere(
      [
        'webview',
        'create',
        '--user',
        'ada',
        '--metadata',
        'beta=true',
        '--metadata',
        'plan=a=b',
        ...options,
      ],
      { ...house.env, WEBVIEW_LOOK_AFTER_MINUTES: '30' },
    );
    house.seam.interfere(null);
    const asked = { excluded_providers: ['yale'], accepted_capabilities: ['lock'] };
    expect(bodies).toEqual([expect.objectContaining(asked)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^https:\/\/\S+\n$/);
    const id = new URL(stdout.trim()).searchParams.get('connect_webview_id') ?? '';
    const { value } = await createSeam(house.seam).getConnectWebview(id, never);
    expect(value?.customMetadata).toEqual({ id: 'ada', beta: true, plan: 'a=b' });
    const match = await house.find(id);
    expect(Date.parse(match?.next_look_at ?? '')).toBeGreaterThan(Date.now() + 29 * 60_000);
    const unknown = await runHere(['webview', 'create', '--user', 'nobody'], house.env);
    expect(unknown).toMatchObject({ code: 3, stdout: '' });
  });
});
