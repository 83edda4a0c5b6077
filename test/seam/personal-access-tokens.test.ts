import { afterAll, beforeAll, expect, test } from 'vitest';
import { byMetadataKey } from '../../src/config/user-identity.ts';
import { createSeam } from '../../src/seam/client.ts';
import { answers } from '../../src/seam/probe.ts';
import { createSeams, listWorkspaces } from '../../src/seam/workspaces.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';

/* What Seam's own fake insists on: a token, and in `seam-workspace` which workspace is meant. */

const [HOTELS, FLATS, HUTS] = ['hotels', 'flats', 'huts'];
const { signal } = new AbortController();

let seam: TestSeam;
let token: string;
beforeAll(async () => {
  seam = await startTestSeam();
  for (const id of [HOTELS, FLATS, HUTS]) await seam.addWorkspace(id);
  token = seam.addPersonalToken(HOTELS, FLATS);
});
afterAll(() => seam[Symbol.asyncDispose]());

const open = (workspaceId: string, apiKey = token) =>
  createSeam({ apiKey, workspaceId, endpoint: seam.endpoint });

test('with one token each workspace shows its own', async () => {
  const webviewId = await seam.createWebview({ id: 'ada' }, HOTELS);
  const { accountId } = await seam.completeWebview(webviewId, { email: 'a@l.example' });
  const seams = createSeams({
    seamEndpoint: seam.endpoint,
    identity: byMetadataKey('id'),
    workspaces: [HOTELS, FLATS].map(id => ({ id, name: null, apiKey: token, webhookSecrets: [] })),
  });
  const [hotels, flats] = seams.map(each => each.seam);
  expect((await hotels?.getConnectWebview(webviewId, signal))?.value).toMatchObject({
    connectedAccountId: accountId,
  });
  expect((await hotels?.getConnectedAccount(accountId, signal))?.value).not.toBeNull();
  expect((await flats?.getConnectWebview(webviewId, signal))?.value).toBeNull();
  expect((await flats?.getConnectedAccount(accountId, signal))?.value).toBeNull();
  expect((await flats?.getWorkspace(signal))?.workspace.workspaceId).toBe(FLATS);
  await hotels?.listEvents({ after: new Date(0), before: new Date(), limit: 10 }, signal);
  await hotels?.listConnectedAccounts({ cursor: null, limit: 10 }, signal);
});

test('a webhook is registered in the workspace that is meant', async () => {
  const url = 'https://locks.example/webhooks/seam';
  // The fake doesn't know all types of events that we need.
  await open(FLATS).createWebhook({ url, eventTypes: ['connected_account.created'] }, signal);
  expect(await open(FLATS).listWebhooks(signal)).toMatchObject([{ url }]);
  expect(await open(HOTELS).listWebhooks(signal)).toEqual([]);
});

test('a workspace that the token is not for is told as a refused key', async () => {
  expect(await answers(open(FLATS), signal, 'seam_unauthorized')).toBe(true);
  expect(await answers(open(HUTS), signal, 'seam_unauthorized')).toBe(false);
  const refused = { reason: 'seam_unauthorized', isOutage: true };
  await expect(open(HUTS).probe(signal, null)).rejects.toMatchObject(refused);
  await expect(open(HUTS).getWorkspace(signal)).rejects.toMatchObject(refused);
});

test('and so it is where Seam says that there is no such workspace', async () => {
  seam.interfere(() => response => {
    response
      .writeHead(404, { 'content-type': 'application/json', 'seam-request-id': 'none' })
      .end('{"error":{"type":"workspace_not_found","message":"Workspace not found"}}');
  });
  try {
    const refused = { reason: 'seam_unauthorized', isOutage: true, requestId: 'none' };
    await expect(open(HOTELS).probe(signal, null)).rejects.toMatchObject(refused);
    await expect(open(HOTELS).getWorkspace(signal)).rejects.toMatchObject(refused);
    await expect(open(HOTELS).getConnectedAccount('a', signal)).rejects.toMatchObject(refused);
  } finally {
    seam.interfere(null);
  }
});

test('a token opens nothing without an id, and lists what it may see', async () => {
  const { endpoint } = seam;
  expect(() => createSeam({ apiKey: token, endpoint })).toThrow(TypeError);
  const ids = async (apiKey: string) =>
    (await listWorkspaces({ apiKey, endpoint }, signal)).map(each => each.workspaceId);
  expect((await ids(token)).toSorted()).toEqual([FLATS, HOTELS].toSorted());
  expect(await ids(seam.apiKey)).toEqual([seam.workspaceId]);
  await expect(ids('seam_at1_nobody_s')).rejects.toMatchObject({ reason: 'seam_unauthorized' });
});
