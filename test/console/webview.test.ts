import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { onlyWorkspace } from '../fixtures/settings.ts';

/* Somebody on the phone needs a link to connect their lock: it is found, made and shown, this once. */

let seam: TestSeam;
let desk: TestDesk;
beforeAll(async () => {
  seam = await startTestSeam();
  desk = await openDesk({
    workspaces: onlyWorkspace({ apiKey: seam.apiKey }),
    seamEndpoint: seam.endpoint,
  });
  await desk.database.pool.query(
    `insert into reconciler.users (id, name, email)
     values ('u1', 'Ada <Lovelace>', 'ada@people.example')`,
  );
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await seam[Symbol.asyncDispose]();
});

const PATH = '/support/webviews/new';

test('the user is found by the beginning of a name, and the link is shown once', async () => {
  const { support } = desk.clerks;
  const found = await support.get(`${PATH}?find=ada`);
  expect(found.text).toContain('Ada &lt;Lovelace&gt;');
  const once = crypto.randomUUID();
  const created = await support.post(PATH, { user_id: 'u1', find: 'ada', once });
  expect(created.status).toBe(200);
  const [, url = ''] = /id="url" readonly value="([^"]+)"/.exec(created.text) ?? [];
  expect(url).toMatch(/^https?:\/\/.*connect_webview_id=/);
  const again = await support.post(PATH, { user_id: 'u1', find: 'ada', once });
  expect(again.text).toContain('One was already created');
  expect(again.text).not.toContain(url);
  const { rows } = await desk.database.pool.query(
    `select actor_name, face, after from reconciler.audit_log where action = 'create_webview'`,
  );
  expect(rows).toEqual([
    {
      actor_name: 'a support',
      face: 'console',
      after: { user_id: 'u1', metadata_keys: [], redirects_to: [] },
    },
  ]);
  expect(seam.fake.database.connect_webviews.length).toBe(1);
});

test('what goes wrong is said where it went wrong', async () => {
  const { support } = desk.clerks;
  const nobody = await support.post(PATH, { user_id: 'nobody', find: 'ada' });
  expect(nobody).toMatchObject({ status: 422, text: expect.stringContaining('no such user') });
  expect(nobody.text).toContain('value="ada"');
  seam.interfere(() => response => response.writeHead(503).end('{}'));
  const away = await support.post(PATH, { user_id: 'u1' });
  seam.interfere(null);
  expect(away).toMatchObject({ status: 409, text: expect.stringContaining('Seam didn’t create') });
});

test('all that Seam takes can be chosen, and what was typed stays while something is wrong with it', async () => {
  const { support } = desk.clerks;
  const shown = await support.get(`${PATH}?user=u1`);
  expect(shown.text).toContain('Ada &lt;Lovelace&gt;');
  expect(shown.text).not.toContain('<details open>');
  const fields = {
    user_id: 'u1',
    options: '1',
    accepted_providers: 'august, schlage,',
    accepted_capabilities: 'lock',
    custom_redirect_url: 'https://app.example/done',
    excluded_providers: 'yale',
    wait_for_device_creation: 'true',
    automatically_manage_new_devices: 'false',
    metadata: 'plan=gold\nbeta=true\n',
  };
  const bodies: Record<string, unknown>[] = [];
  seam.interfere((path, body) => {
    if (path === '/connect_webviews/create') bodies.push(body);
    return null;
  });
  for (const [wrong, told] of [
    [{ accepted_providers: 'yale' }, /both accepted and excluded/],
    [{ metadata: 'plan' }, /must be key=value/],
    [{ metadata: 'a=1\na=2' }, /names? a key twice/],
    [{ user_id: 'nobody' }, /no such user/],
  ] as const) {
    const refused = await support.post(PATH, { ...fields, ...wrong });
    expect(refused).toMatchObject({ status: 422, text: expect.stringMatching(told) });
    expect(refused.text).toContain('value="https://app.example/done"');
    expect(refused.text).toContain('<details open>');
  }
  expect(bodies).toEqual([]);
  expect((await support.post(PATH, fields)).text).toContain('shown only once');
  seam.interfere(null);
  expect(bodies).toEqual([
    {
      custom_metadata: { id: 'u1', plan: 'gold', beta: true },
      accepted_providers: ['august', 'schlage'],
      excluded_providers: ['yale'],
      accepted_capabilities: ['lock'],
      custom_redirect_url: 'https://app.example/done',
      wait_for_device_creation: true,
      automatically_manage_new_devices: false,
    },
  ]);
});

test('what Seam refuses of the options is told beside them', async () => {
  seam.interfere(path =>
    path === '/connect_webviews/create'
      ? response =>
          response
            .writeHead(400, { 'content-type': 'application/json' })
            .end('{"error":{"type":"invalid_input","message":"no such provider"}}')
      : null,
  );
  const fields = { user_id: 'u1', options: '1', accepted_providers: 'auguste' };
  const refused = await desk.clerks.support.post(PATH, fields);
  seam.interfere(null);
  expect(refused).toMatchObject({
    status: 422,
    text: expect.stringMatching(/no such provider.*Give an engineer the details/),
  });
  expect(refused.text).toContain('value="auguste"');
});
