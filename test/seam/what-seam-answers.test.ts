import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { EXPLANATIONS } from '../../src/model/outcome.ts';
import { POLICIES } from '../../src/reconcile/retry.ts';
import { createSeam, type Seam } from '../../src/seam/client.ts';
import { mayBeDone, SeamError, type SeamReason } from '../../src/seam/errors.ts';
import { answers, isRightLacking } from '../../src/seam/probe.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';

/* Every way in which Seam can fail to answer: what it is called, what is shared by all calls, and what follows. */

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
const fails = async (ask: () => Promise<unknown>): Promise<SeamError> => {
  const error: unknown = await ask().then(
    () => new Error('it was answered'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SeamError)) throw error;
  return error;
};
const askAccount = () => fails(() => seam.getConnectedAccount('account_1', never));

/** In the form of Seam's API, and as something in between might answer. */
const FORMS = {
  'Seam’s': (response: ServerResponse, status: number, type: string, message: string) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'seam-request-id': 'r1' })
      .end(JSON.stringify({ error: { type, message } })),
  'a page': (response: ServerResponse, status: number) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>No</h1>'),
  'other JSON': (response: ServerResponse, status: number) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"message":"no"}'),
} as const;
type Row = readonly [
  form: keyof typeof FORMS,
  status: number,
  code: string,
  message: string,
  reason: SeamReason,
  isOutage: boolean,
];

const TABLE: readonly Row[] = [
  ['Seam’s', 401, 'unauthorized', 'no', 'seam_unauthorized', true],
  ['Seam’s', 403, 'invalid_api_key', 'no', 'seam_unauthorized', true],
  ['Seam’s', 400, 'missing_workspace_id', 'no', 'seam_unauthorized', true],
  ['Seam’s', 400, 'invalid_client_session_token', 'no', 'seam_unauthorized', true],
  ['Seam’s', 404, 'workspace_not_found', 'no', 'seam_unauthorized', true],
  ['a page', 401, '', '', 'seam_unauthorized', true],
  ['other JSON', 401, '', '', 'seam_unauthorized', true],
  ['Seam’s', 403, 'forbidden', 'no', 'seam_forbidden', false],
  ['Seam’s', 403, 'anything', 'no', 'seam_forbidden', false],
  ['Seam’s', 401, 'insufficient_permissions', 'no', 'seam_forbidden', false],
  ['Seam’s', 400, 'access_denied', 'no', 'seam_forbidden', false],
  ['a page', 403, '', '', 'seam_forbidden', false],
  ['Seam’s', 403, 'workspace_suspended', 'no', 'workspace_suspended', true],
  ['Seam’s', 401, 'workspace_suspended', 'no', 'workspace_suspended', true],
  ['Seam’s', 400, 'suspended_workspace', 'no', 'workspace_suspended', true],
  ['Seam’s', 403, 'account_suspended', 'no', 'seam_forbidden', false],
  ['Seam’s', 400, 'device_suspended', 'no', 'seam_refused', false],
  ['Seam’s', 403, 'forbidden', 'This workspace is suspended', 'workspace_suspended', true],
  ['Seam’s', 402, 'payment_required', 'Suspended workspace', 'workspace_suspended', true],
  ['Seam’s', 429, 'rate_limit_exceeded', 'no', 'seam_rate_limited', true],
  ['Seam’s', 400, 'too_many_requests', 'no', 'seam_rate_limited', true],
  ['a page', 429, '', '', 'seam_rate_limited', true],
  ['Seam’s', 400, 'invalid_input', 'no', 'seam_refused', false],
  ['Seam’s', 400, 'bad_request', 'no', 'seam_refused', false],
  ['Seam’s', 404, 'device_not_found', 'no', 'seam_refused', false],
  ['Seam’s', 405, 'method_not_allowed', 'no', 'seam_refused', false],
  ['Seam’s', 409, 'conflict', 'no', 'seam_refused', false],
  ['Seam’s', 422, 'unprocessable', 'no', 'seam_refused', false],
  ['Seam’s', 408, 'request_timeout', 'no', 'seam_timeout', true],
  ['a page', 408, '', '', 'seam_timeout', true],
  ['a page', 200, '', '', 'seam_unavailable', false],
  ['other JSON', 200, '', '', 'seam_unreadable', false],
  ['a page', 302, '', '', 'seam_unavailable', false],
  ['a page', 400, '', '', 'seam_unavailable', false],
  ['a page', 404, '', '', 'seam_unavailable', false],
  ['other JSON', 404, '', '', 'seam_unavailable', false],
  ['a page', 413, '', '', 'seam_unavailable', false],
  ['Seam’s', 500, 'internal_server_error', 'no', 'seam_unavailable', true],
  ['Seam’s', 503, 'workspace_suspended', 'no', 'seam_unavailable', true],
  ['a page', 502, '', '', 'seam_unavailable', true],
  ['a page', 504, '', '', 'seam_unavailable', true],
  ['other JSON', 500, '', '', 'seam_unavailable', true],
];

test.each(TABLE)('%s, %d %s %s: %s', async (form, status, code, message, reason, isOutage) => {
  // An id of Seam's own form: what it says of any other is that there is none.
  const id = '11111111-2222-4333-8444-555555555555';
  server.interfere(() => response => FORMS[form](response, status, code, message));
  const error = await fails(() => seam.getConnectedAccount(id, never));
  expect(error).toMatchObject({ reason, isOutage });
  expect(error.message).toMatch(/\w/);
  expect(error.name === 'SeamRefusedError').toBe(reason === 'seam_refused');
});

const PLANS = {
  seam_unauthorized: ['patient', false],
  seam_forbidden: ['patient', false],
  workspace_suspended: ['patient', false],
  seam_rate_limited: ['patient', false],
  seam_unavailable: ['patient', true],
  seam_timeout: ['patient', true],
  seam_unreadable: ['counted', true],
  seam_refused: ['counted', false],
} as const satisfies Record<SeamReason, readonly [plan: string, mayBeDone: boolean]>;
const REASONS = Object.keys(PLANS) as SeamReason[];

test('each has a sentence and a remedy of its own, and its plan', () => {
  const told = REASONS.map(reason => EXPLANATIONS[reason]);
  expect(new Set(told.map(({ sentence }) => sentence)).size).toBe(REASONS.length);
  for (const reason of REASONS) {
    const [plan, isUnknownEnd] = PLANS[reason];
    expect(POLICIES[reason].kind).toBe(plan);
    expect(mayBeDone(new SeamError(reason, 'no'))).toBe(isUnknownEnd);
  }
  expect(new Set(TABLE.map(([, , , , reason]) => reason))).toEqual(new Set(REASONS));
});

describe('no answer at all is told in words that anybody reads', () => {
  test('none within 10 s', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(ms => {
      expect(ms).toBe(10_000);
      return AbortSignal.abort(new DOMException('late', 'TimeoutError'));
    });
    try {
      const error = await askAccount();
      expect(error).toMatchObject({ reason: 'seam_timeout', isOutage: true });
      expect(error.message).toBe('no answer within 10 s');
    } finally {
      timeout.mockRestore();
    }
  });

  test('nobody is there', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise(resolve => closed.close(resolve));
    const nobody = createSeam({ apiKey: server.apiKey, endpoint: `http://127.0.0.1:${port}` });
    const error = await fails(() => nobody.getConnectedAccount('account_1', never));
    expect(error).toMatchObject({ reason: 'seam_unavailable', isOutage: true });
    expect(error.message).toBe('the connection was refused (ECONNREFUSED)');
  });

  test('the connection breaks', async () => {
    server.interfere(() => response => response.destroy());
    expect((await askAccount()).message).toBe('the connection broke (ECONNRESET)');
  });
});

describe('whether Seam answers again is asked about what it failed us for', () => {
  const showSuspended = (isSuspended: boolean) =>
    server.amend((path, answer) => {
      if (path !== '/workspaces/get') return;
      Object.assign(answer.workspace as object, { is_suspended: isSuspended });
    });
  const refuseReading = () =>
    server.interfere(path =>
      path === '/workspaces/get'
        ? null
        : response => FORMS['Seam’s'](response, 403, 'insufficient_permissions', 'no'),
    );

  test('a suspended workspace that Seam shows as such isn’t over, but nothing else waits for that', async () => {
    showSuspended(true);
    expect(await answers(seam, never, 'workspace_suspended')).toBe(false);
    expect(await answers(seam, never, 'seam_unavailable')).toBe(true);
    showSuspended(false);
    expect(await answers(seam, never, 'workspace_suspended')).toBe(true);
  });

  test('a right to see user identities counts only where a rule reads them', async () => {
    server.interfere(path =>
      path === '/user_identities/list'
        ? response => FORMS['Seam’s'](response, 403, 'insufficient_permissions', 'no')
        : null,
    );
    const reader = createSeam(server, { readsUserIdentities: true });
    expect(await isRightLacking(reader, never)).toBe(true);
    expect(await answers(reader, never, 'seam_forbidden')).toBe(false);
    expect(await isRightLacking(seam, never)).toBe(false);
  });

  test('a key that may not see its workspace is answered all the same', async () => {
    server.interfere(path =>
      path === '/workspaces/get'
        ? response => FORMS['Seam’s'](response, 403, 'insufficient_permissions', 'no')
        : null,
    );
    expect(await answers(seam, never, 'seam_unavailable')).toBe(true);
    expect(await answers(seam, never, 'seam_unauthorized')).toBe(true);
    expect(await answers(seam, never, 'seam_forbidden')).toBe(true);
  });

  test('a right is there once the key may read accounts and webviews', async () => {
    refuseReading();
    expect(await answers(seam, never, 'seam_forbidden')).toBe(false);
    expect(await isRightLacking(seam, never)).toBe(true);
    expect(await answers(seam, never, 'seam_unauthorized')).toBe(true);
    server.interfere(null);
    expect(await answers(seam, never, 'seam_forbidden')).toBe(true);
    expect(await isRightLacking(seam, never)).toBe(false);
  });

  test('an outage says nothing of rights', async () => {
    server.interfere(() => response => response.writeHead(503).end());
    expect(await isRightLacking(seam, never)).toBe(false);
    expect(await answers(seam, never, 'seam_forbidden')).toBe(false);
  });
});
