import { expect, test } from 'vitest';
import { type Env, parseConfig, type SettingName } from '../../src/config/config.ts';
import { toSettings } from '../../src/config/workspaces.ts';
import { faultsOf } from '../fixtures/config-faults.ts';
import { SECRET } from '../fixtures/settings.ts';

/* A personal access token opens several workspaces, each by its id. */

const TOKEN = 'seam_at1_ada_long';
const OTHER_TOKEN = 'seam_at1_bob_long';
const HOTELS = { workspace_id: 'ws_hotels', webhook_secrets: [SECRET] };
const FLATS = { workspace_id: 'ws_flats' };
const NEEDED: readonly SettingName[] = ['SEAM_API_KEY'];

const listOf = (...workspaces: unknown[]): Env => ({
  SEAM_WORKSPACES: JSON.stringify(workspaces),
});
const keysOf = (env: Env) => parseConfig(env, NEEDED).workspaces.map(({ apiKey }) => apiKey);

test('one token may be that of several workspaces of the list', () => {
  const withToken = { personal_access_token: TOKEN };
  const env = listOf({ ...HOTELS, ...withToken }, { ...FLATS, ...withToken });
  expect(keysOf(env)).toEqual([TOKEN, TOKEN]);
});

test('SEAM_PERSONAL_ACCESS_TOKEN is that of each workspace with no key or token of its own', () => {
  const env = {
    ...listOf(
      HOTELS,
      { ...FLATS, api_key: 'seam_flats' },
      { workspace_id: 'ws_huts', personal_access_token: OTHER_TOKEN },
    ),
    SEAM_PERSONAL_ACCESS_TOKEN: TOKEN,
  };
  expect(keysOf(env)).toEqual([TOKEN, 'seam_flats', OTHER_TOKEN]);
});

test('settings that say the same are read as the same, with tokens, too', () => {
  const { workspaces } = parseConfig(
    listOf({ ...HOTELS, personal_access_token: TOKEN }, { ...FLATS, api_key: 'seam_flats' }),
  );
  expect(parseConfig(toSettings(workspaces)).workspaces).toEqual(workspaces);
});

test('a token alone is read, for a command that asks which workspaces it opens', () => {
  expect(parseConfig({ SEAM_PERSONAL_ACCESS_TOKEN: TOKEN })).toMatchObject({
    personalAccessToken: TOKEN,
    workspaces: [{ id: null, apiKey: null }],
  });
});

test.each<[string, Env, string]>([
  [
    'a key and a token for one workspace',
    listOf({ ...HOTELS, api_key: 'seam_hotels', personal_access_token: TOKEN }),
    'SEAM_WORKSPACES is wrong at workspace 1: it has api_key and personal_access_token',
  ],
  [
    'a token as a key',
    listOf({ ...HOTELS, api_key: TOKEN }),
    'SEAM_WORKSPACES is wrong at workspace 1, api_key: it must be an API key from the Seam console (seam_…)',
  ],
  [
    'a key as a token',
    listOf({ ...HOTELS, personal_access_token: 'seam_hotels' }),
    'SEAM_WORKSPACES is wrong at workspace 1, personal_access_token: it must be a personal access token from the Seam console (seam_at…)',
  ],
  [
    'an id that no header takes',
    { ...listOf({ workspace_id: 'ws ä' }), SEAM_PERSONAL_ACCESS_TOKEN: TOKEN },
    'SEAM_WORKSPACES is wrong at workspace 1, workspace_id: with a personal access token it must be plain ASCII without spaces',
  ],
  [
    'neither a key nor a token',
    listOf(HOTELS),
    'SEAM_WORKSPACES is wrong at workspace 1: api_key (or personal_access_token) is missing',
  ],
  [
    'a token where a workspace has to be named',
    { SEAM_PERSONAL_ACCESS_TOKEN: TOKEN },
    'SEAM_PERSONAL_ACCESS_TOKEN must come with SEAM_WORKSPACES, which names the workspaces ("workspaces" lists them)',
  ],
  [
    'a token beside the key of the only workspace',
    { SEAM_PERSONAL_ACCESS_TOKEN: TOKEN, SEAM_API_KEY: 'seam_key' },
    'SEAM_PERSONAL_ACCESS_TOKEN must be left out where SEAM_API_KEY is set',
  ],
  [
    'a token in the setting of the key',
    { SEAM_API_KEY: TOKEN },
    'SEAM_API_KEY must be an API key from the Seam console (seam_…); a personal access token (seam_at…) is set as SEAM_PERSONAL_ACCESS_TOKEN',
  ],
  [
    'a key in the setting of the token',
    { ...listOf({ ...FLATS, api_key: 'seam_flats' }), SEAM_PERSONAL_ACCESS_TOKEN: 'seam_key' },
    'SEAM_PERSONAL_ACCESS_TOKEN must be a personal access token from the Seam console (seam_at…)',
  ],
])('%s is told, and without the value', (_what, env, fault) => {
  const { faults } = faultsOf(env, NEEDED);
  expect(faults).toEqual([fault]);
  expect(faults.join()).not.toMatch(/seam_at1|seam_key|seam_hotels/);
});
