import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createSeam, type Seam } from '../../src/seam/client.ts';
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
const JSON_TYPE = { 'content-type': 'application/json', 'seam-request-id': 'request_1' };
const errorOf = (type: string) => JSON.stringify({ error: { type, message: 'in plain words' } });

/** Lets every call be answered so. */
const answerWith = (status: number, headers: Record<string, string>, body: string): void =>
  server.interfere(() => response => response.writeHead(status, headers).end(body));

const askWebview = () => seam.getConnectWebview('webview_1', never);
const askAccount = () => seam.getConnectedAccount('account_1', never);

describe('what Seam shows', () => {
  test('of a webview, before and after the user has finished it', async () => {
    const id = await server.createWebview({ id: 'ada', beta: true });
    expect(await seam.getConnectWebview(id, never)).toEqual({
      value: {
        connectWebviewId: id,
        status: 'pending',
        loginSuccessful: false,
        connectedAccountId: null,
        customMetadata: { id: 'ada', beta: true },
        customerKey: null,
        selectedProvider: null,
        authorizedAt: null,
        seamCreatedAt: expect.any(Date),
      },
      requestId: expect.stringMatching(/^request_/),
    });
    const { accountId } = await server.completeWebview(id, { email: 'ada@example.com' });
    expect(await seam.getConnectWebview(id, never)).toMatchObject({
      value: { status: 'authorized', connectedAccountId: accountId },
    });
  });

  test('of an account: errors, warnings and metadata as they come, codes of tomorrow too', async () => {
    const webviewId = await server.createWebview({ id: 'ada' });
    const { accountId } = await server.completeWebview(webviewId, { email: 'ada@example.com' });
    const errors = [{ error_code: 'never_heard_of', message: 'x', is_bridge_error: true }, 'text'];
    const warnings = [{ warning_code: 'brand_new', nested: { deep: [1] } }];
    server.amend((_path, { connected_account }) => {
      Object.assign(connected_account as object, { errors, warnings, new_field: 1 });
    });
    expect(await seam.getConnectedAccount(accountId, never)).toEqual({
      value: {
        connectedAccountId: accountId,
        accountType: 'august',
        accountTypeDisplayName: 'August',
        displayName: 'ada@example.com',
        userIdentifier: { email: 'ada@example.com' },
        customMetadata: { id: 'ada' },
        errors,
        warnings,
        acceptedCapabilities: [],
        automaticallyManageNewDevices: true,
        customerKey: null,
        imageUrl: null,
        timeZone: null,
        userIdentityId: null,
        seamCreatedAt: expect.any(Date),
      },
      requestId: expect.stringMatching(/^request_/),
    });
  });

  test('is read also where it is bare: no metadata, no account, no dates', async () => {
    const bare = { connect_webview_id: 'webview_1', status: 'a new one', connected_account_id: '' };
    answerWith(200, JSON_TYPE, JSON.stringify({ connect_webview: bare }));
    expect((await askWebview()).value).toEqual({
      connectWebviewId: 'webview_1',
      status: 'a new one',
      loginSuccessful: null,
      connectedAccountId: null,
      customMetadata: {},
      customerKey: null,
      selectedProvider: null,
      authorizedAt: null,
      seamCreatedAt: null,
    });
    const nulls = { connected_account_id: 'account_1', custom_metadata: null, created_at: 'soon' };
    answerWith(200, JSON_TYPE, JSON.stringify({ connected_account: nulls }));
    expect((await askAccount()).value).toMatchObject({
      customMetadata: {},
      userIdentifier: {},
      errors: [],
      warnings: [],
      displayName: null,
      seamCreatedAt: null,
    });
  });
});

describe('Seam’s answer "there is none" is a fact, with the id of the call', () => {
  test('from Seam’s own fake', async () => {
    const none = { value: null, requestId: expect.stringMatching(/^request_/) };
    expect(await askWebview()).toEqual(none);
    expect(await askAccount()).toEqual(none);
  });

  test.each([
    ['an unknown webview', 404, 'connect_webview_not_found', askWebview],
    ['an unknown account', 404, 'connected_account_not_found', askAccount],
    ['a webview id of a form that Seam refuses', 400, 'invalid_input', askWebview],
    ['an account id of a form that Seam refuses', 400, 'invalid_input', askAccount],
  ])('for %s', async (_name, status, type, ask) => {
    answerWith(status, JSON_TYPE, errorOf(type));
    expect(await ask()).toEqual({ value: null, requestId: 'request_1' });
  });
});

describe('a run that is ended does not wait for a Seam that hangs', () => {
  test('but ends the call, for the reason that was given', async () => {
    const run = new AbortController();
    const reason = new Error('the worker stops');
    server.interfere(() => () => run.abort(reason));
    await expect(seam.getConnectWebview('webview_1', run.signal)).rejects.toBe(reason);
  });

  test('and asks nothing when it was ended before', async () => {
    const callsBefore = server.calls.length;
    const reason = new Error('the worker stops');
    await expect(seam.getConnectedAccount('account_1', AbortSignal.abort(reason))).rejects.toBe(
      reason,
    );
    expect(server.calls.length).toBe(callsBefore);
  });
});
