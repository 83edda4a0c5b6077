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
