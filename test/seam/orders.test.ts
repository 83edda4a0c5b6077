import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createSeam, type Seam } from '../../src/seam/client.ts';
import { SeamError, SeamRefusedError } from '../../src/seam/errors.ts';
import { EVENT_TYPES } from '../../src/seam/events.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';

let server: TestSeam;
let seam: Seam;
beforeAll(async () => {
  server = await startTestSeam();
  seam = createSeam(server);
});
afterEach(() => {
  server.interfere(null);
  server.amend(null);
});
afterAll(() => server[Symbol.asyncDispose]());

const never = new AbortController().signal;
const answerWith = (status: number, body: unknown): void =>
  server.interfere(
    () => response =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'seam-request-id': 'request_1' })
        .end(JSON.stringify(body)),
  );

test('a webview is created as it was told to be, in Seam’s words', async () => {
  const bodies: Record<string, unknown>[] = [];
  server.interfere((_path, body) => {
    bodies.push(body);
    return null;
  });
  const { connectWebviewId, url } = await seam.createConnectWebview(
    {
      customMetadata: { id: 'ada', beta: true },
      acceptedProviders: ['august', 'yale'],
      customRedirectUrl: 'https://app.example/done',
      customRedirectFailureUrl: 'https://app.example/failed',
      deviceSelectionMode: 'single',
      waitForDeviceCreation: true,
      automaticallyManageNewDevices: false,
      customerKey: 'customer_1',
    },
    never,
  );
  expect(bodies).toEqual([
    {
      custom_metadata: { id: 'ada', beta: true },
      accepted_providers: ['august', 'yale'],
      custom_redirect_url: 'https://app.example/done',
      custom_redirect_failure_url: 'https://app.example/failed',
      device_selection_mode: 'single',
      wait_for_device_creation: true,
      automatically_manage_new_devices: false,
      customer_key: 'customer_1',
    },
  ]);
  expect(url).toContain(connectWebviewId);
  expect((await seam.getConnectWebview(connectWebviewId, never)).value).toMatchObject({
    status: 'pending',
    customMetadata: { id: 'ada', beta: true },
  });
  await seam.createConnectWebview({ customMetadata: {}, providerCategory: 'stable' }, never);
  expect(bodies.at(-1)).toEqual({ custom_metadata: {}, provider_category: 'stable' });
});

test('webhooks are registered, listed and changed', async () => {
  const url = 'https://locks.example/webhooks/seam';
  const created = await seam.createWebhook({ url, eventTypes: EVENT_TYPES }, never);
  expect(created).toMatchObject({ url, eventTypes: EVENT_TYPES });
  expect(created.secret).toMatch(/^whsec_/);
  await seam.updateWebhook({ ...created, eventTypes: ['connected_account.created'] }, never);
  expect(await seam.listWebhooks(never)).toMatchObject([
    { webhookId: created.webhookId, url, eventTypes: ['connected_account.created'] },
  ]);
});

test('a webhook of which Seam shows no types and no secret is one for all', async () => {
  answerWith(200, { webhooks: [{ webhook_id: 'w', url: 'https://a.example' }] });
  expect(await seam.listWebhooks(never)).toEqual([
    { webhookId: 'w', url: 'https://a.example', eventTypes: ['*'], secret: null },
  ]);
});

test('the workspace of our key is told with Seam’s time', async () => {
  const { workspace, seamTime } = await seam.getWorkspace(never);
  expect(workspace).toEqual({
    workspaceId: server.workspaceId,
    name: 'Sandbox',
    isSandbox: true,
    isSuspended: false,
  });
  expect(Math.abs(Number(seamTime) - Date.now())).toBeLessThan(60_000);
});

describe('Seam that does not do as it is told', () => {
  const orders = [
    ['create a webview', () => seam.createConnectWebview({ customMetadata: {} }, never)],
    ['list webhooks', () => seam.listWebhooks(never)],
    ['create a webhook', () => seam.createWebhook({ url: 'x', eventTypes: [] }, never)],
    ['show the workspace', () => seam.getWorkspace(never)],
  ] as const;

  test.each(orders)('refuses the order itself: %s', async (_name, order) => {
    answerWith(400, { error: { type: 'invalid_input', message: 'in plain words' } });
    const error = await order().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SeamRefusedError);
    expect(error).toMatchObject({ requestId: 'request_1', isOutage: false });
    expect(String(error)).toContain('in plain words');
  });

  test.each([
    [401, 'seam_unauthorized'],
    [429, 'seam_rate_limited'],
    [503, 'seam_unavailable'],
  ])('can’t, or not now: %i', async (status, reason) => {
    answerWith(status, { error: { type: 'whatever', message: 'no' } });
    for (const [, order] of orders) {
      const error = await order().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SeamError);
      expect(error).not.toBeInstanceOf(SeamRefusedError);
      expect(error).toMatchObject({ reason, isOutage: true });
    }
  });

  test('does not know our key', async () => {
    const stranger = createSeam({ apiKey: 'seam_of_somebody_else', endpoint: server.endpoint });
    const probe = (signal: AbortSignal) => stranger.probe(signal, null);
    for (const ask of [stranger.getWorkspace, stranger.listWebhooks, probe]) {
      await expect(ask(never)).rejects.toMatchObject({ reason: 'seam_unauthorized' });
    }
  });

  test('answers with something else', async () => {
    answerWith(200, { connect_webview: { url: 'https://no.id' } });
    await expect(seam.createConnectWebview({ customMetadata: {} }, never)).rejects.toThrow(
      'unreadable response at connect_webview.connect_webview_id',
    );
  });
});
