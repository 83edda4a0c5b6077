import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openDesk, type TestDesk } from '../../fixtures/desk.ts';
import { startTestSeam, type TestSeam } from '../../fixtures/seam.ts';
import { onlyWorkspace } from '../../fixtures/settings.ts';

/* An account is changed at Seam in the parts that were named, in no other, and the log keeps no name of anybody. */

let seam: TestSeam;
let desk: TestDesk;
const updates: Record<string, unknown>[] = [];
beforeAll(async () => {
  seam = await startTestSeam();
  desk = await openDesk({
    workspaces: onlyWorkspace({ apiKey: seam.apiKey }),
    seamEndpoint: seam.endpoint,
  });
  seam.interfere((path, body) => {
    if (path === '/connected_accounts/update') updates.push(body);
    return null;
  });
});
afterEach(() => {
  updates.length = 0;
  seam.amend(null);
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await seam[Symbol.asyncDispose]();
});

const connect = async (): Promise<string> => {
  const webviewId = await seam.createWebview({ id: 'ada', plan: 'basic' });
  return (await seam.completeWebview(webviewId, { email: 'ada@locks.example' })).accountId;
};
const update = async (id: string, body: object) =>
  desk.call('on-call', 'PATCH', `/accounts/${id}`, {
    body: { ...body, wait_seconds: 0 },
    key: randomUUID(),
  });
const audited = async (id: string) => {
  const { rows } = await desk.database.pool.query<Record<string, unknown>>(
    `select action, before, after from reconciler.audit_log where target = $1 order by id`,
    [`connected_account:${id}`],
  );
  return rows;
};

const PARTS = {
  display_name: 'Ada Lovelace',
  accepted_capabilities: ['lock', 'camera'],
  automatically_manage_new_devices: false,
  customer_key: 'customer-of-ada',
};

test('only what is given is told to Seam, and the metadata stay', async () => {
  const id = await connect();
  const { status, body } = await update(id, PARTS);
  expect(status).toBe(200);
  expect(updates).toEqual([{ connected_account_id: id, ...PARTS }]);
  expect(body).toMatchObject({
    seam: 'updated',
    changed: [
      'display_name',
      'accepted_capabilities',
      'automatically_manage_new_devices',
      'customer_key',
    ],
    differing: [],
    custom_metadata: { id: 'ada', plan: 'basic' },
  });
  const row = {
    before: { accepted_capabilities: [], automatically_manage_new_devices: true },
    after: {
      accepted_capabilities: ['lock', 'camera'],
      automatically_manage_new_devices: false,
      changed: ['display_name', 'customer_key'],
    },
  };
  const rows = await audited(id);
  expect(rows).toEqual([
    { action: 'ask_update_account', ...row },
    { action: 'update_account', ...row },
  ]);
});

test('what Seam has so already isn’t told again; of the rest only what differs', async () => {
  const id = await connect();
  await update(id, PARTS);
  const { accepted_capabilities: _, ...others } = PARTS;
  expect(await update(id, { ...others, accepted_capabilities: ['camera', 'lock'] })).toMatchObject({
    body: { seam: 'as_it_was', changed: [] },
  });
  expect(updates.length).toBe(1);
  await update(id, { ...PARTS, display_name: 'Front doors', metadata: { plan: 'gold' } });
  expect(updates[1]).toEqual({
    connected_account_id: id,
    display_name: 'Front doors',
    custom_metadata: { id: 'ada', plan: 'gold' },
  });
});

test('an account of one customer isn’t moved to another, and Seam isn’t asked', async () => {
  const id = await connect();
  await update(id, { customer_key: 'hotel-7' });
  expect(await update(id, { customer_key: 'hotel-8' })).toMatchObject({
    status: 422,
    body: { error: { message: expect.stringMatching(/already belongs to a customer/) } },
  });
  expect(updates.length).toBe(1);
});

test('what Seam shows otherwise is named', async () => {
  const id = await connect();
  seam.amend((path, answer) => {
    if (path === '/connected_accounts/get') {
      Object.assign(answer.connected_account as object, { display_name: 'Another' });
    }
  });
  expect(await update(id, { display_name: 'Front doors' })).toMatchObject({
    status: 200,
    body: { seam: 'differs', differing: ['display_name'], agrees: false },
  });
  expect((await audited(id)).at(-1)?.after).toEqual({
    changed: ['display_name'],
    seam: 'differs',
  });
});
