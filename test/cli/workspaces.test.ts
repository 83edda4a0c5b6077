import { afterAll, beforeAll, expect, test } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { OTHER_SECRET, SECRET } from '../fixtures/settings.ts';

/* `workspaces`: what our keys and tokens open, beside what the settings say. */

const [HOTELS, FLATS, HUTS] = ['hotels', 'flats', 'huts'];

let seam: TestSeam;
let token: string;
let hutsKey: string;
beforeAll(async () => {
  seam = await startTestSeam();
  for (const id of [HOTELS, FLATS]) await seam.addWorkspace(id);
  hutsKey = await seam.addWorkspace(HUTS);
  token = seam.addPersonalToken(HOTELS, FLATS);
});
afterAll(() => seam[Symbol.asyncDispose]());

/** Never those of an installation that runs beside. */
const list = async (env: Record<string, string>, ...options: string[]) => {
  const own = { NODE_ENV: 'production', CONSOLE: 'off', SEAM_ENDPOINT: seam.endpoint };
  return runHere(['workspaces', ...options], { ...own, ...env });
};

test('a token alone says which workspaces it opens', async () => {
  const { code, stdout } = await list({ SEAM_PERSONAL_ACCESS_TOKEN: token }, '--json');
  const of = {
    is_sandbox: true,
    is_suspended: false,
    by: 'personal_access_token',
    is_configured: false,
  };
  expect(JSON.parse(stdout)).toEqual({
    workspaces: [HOTELS, FLATS].map(id => ({ workspace_id: id, name: id, ...of })),
    not_open: [],
  });
  expect(code).toBe(0);
});

test('tells those of the settings from the others, and what opens each', async () => {
  const { code, stdout, stderr } = await list({
    SEAM_PERSONAL_ACCESS_TOKEN: token,
    SEAM_WORKSPACES: JSON.stringify([
      { workspace_id: FLATS },
      { workspace_id: HUTS, api_key: hutsKey },
    ]),
  });
  expect(stdout.split('\n').map(line => line.split(/ {2,}/))).toEqual([
    ['WORKSPACE', 'NAME', 'KIND', 'OPENED BY', 'IN THE SETTINGS'],
    [HOTELS, HOTELS, 'sandbox', 'personal access token', 'no'],
    [FLATS, FLATS, 'sandbox', 'personal access token', 'yes'],
    [HUTS, HUTS, 'sandbox', 'API key', 'yes'],
    [''],
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('names what the settings have and its key or token does not open', async () => {
  const SEAM_WORKSPACES = JSON.stringify([
    { workspace_id: FLATS, personal_access_token: token },
    { workspace_id: HUTS, name: 'Huts', personal_access_token: token },
  ]);
  const { code, stderr } = await list({ SEAM_WORKSPACES });
  expect(code).toBe(1);
  expect(stderr).toContain('not open to the key or token that they have for it: Huts (huts).');
  const { stdout } = await list({ SEAM_WORKSPACES }, '--json');
  expect(JSON.parse(stdout).not_open).toEqual([{ workspace_id: HUTS, name: 'Huts' }]);
});

test('the workspace of the only key is in the settings', async () => {
  const { stdout } = await list({ SEAM_API_KEY: hutsKey }, '--json');
  expect(JSON.parse(stdout).workspaces).toMatchObject([
    { workspace_id: HUTS, by: 'api_key', is_configured: true },
  ]);
});

test('a refused token, and nothing to ask with, are told', async () => {
  const refused = await list({ SEAM_PERSONAL_ACCESS_TOKEN: 'seam_at1_nobody_s' });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('401');
  const nothing = await list({});
  expect(nothing.code).toBe(2);
  expect(nothing.stderr).toContain('there is nothing to ask Seam with');
});

test('doctor tells a workspace that the token is not for', async () => {
  const { stdout } = await runHere(['doctor', '--json'], {
    NODE_ENV: 'production',
    CONSOLE: 'off',
    SEAM_ENDPOINT: seam.endpoint,
    SEAM_PERSONAL_ACCESS_TOKEN: token,
    SEAM_WORKSPACES: JSON.stringify([
      { workspace_id: FLATS, webhook_secrets: [SECRET] },
      { workspace_id: HUTS, webhook_secrets: [OTHER_SECRET] },
    ]),
  });
  const { checks } = JSON.parse(stdout) as { checks: { check: string; result: string }[] };
  const found = (id: string) =>
    checks.find(({ check }) => check === `Seam key and workspace: ${id}`);
  expect(found(FLATS)).toMatchObject({ result: 'ok' });
  expect(found(HUTS)).toMatchObject({
    result: 'problem',
    remedy: expect.stringContaining('"workspaces" lists those that it opens'),
  });
});
