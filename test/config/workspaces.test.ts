import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, type Env, parseConfig, type SettingName } from '../../src/config/config.ts';
import {
  servedIds,
  toSettings,
  workspaceFor,
  workspaceLabel,
} from '../../src/config/workspaces.ts';
import { run } from '../fixtures/processes.ts';
import { OTHER_SECRET, onlyWorkspace, SECRET } from '../fixtures/settings.ts';

const HOTELS = {
  workspace_id: 'ws_hotels',
  name: 'Hotels',
  api_key: 'seam_hotels',
  webhook_secrets: [SECRET],
};
const FLATS = { workspace_id: 'ws_flats', api_key: 'seam_flats', webhook_secrets: [OTHER_SECRET] };
const ALL: SettingName[] = ['SEAM_API_KEY', 'SEAM_WEBHOOK_SECRET'];

const parse = (list: unknown, required: readonly SettingName[] = ALL) =>
  parseConfig({ SEAM_WORKSPACES: JSON.stringify(list) }, required).workspaces;
const faultsOf = (env: Env, required: readonly SettingName[] = ALL): readonly string[] => {
  try {
    parseConfig(env, required);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  throw new Error('the settings were taken');
};
const faultsOfList = (list: unknown) => faultsOf({ SEAM_WORKSPACES: JSON.stringify(list) });

test('a list of workspaces is taken as it is, and stands in for the key and the secret', () => {
  expect(parse([HOTELS, FLATS])).toEqual([
    { id: 'ws_hotels', name: 'Hotels', apiKey: 'seam_hotels', webhookSecrets: [SECRET] },
    { id: 'ws_flats', name: null, apiKey: 'seam_flats', webhookSecrets: [OTHER_SECRET] },
  ]);
});

test('a command that does without keys or secrets takes a list without', () => {
  const { api_key: _, ...forWeb } = HOTELS;
  const { webhook_secrets: __, ...forWork } = HOTELS;
  expect(parse([forWeb], ['SEAM_WEBHOOK_SECRET'])).toMatchObject([{ apiKey: null }]);
  expect(parse([forWork], ['SEAM_API_KEY'])).toMatchObject([{ webhookSecrets: [] }]);
  expect(faultsOfList([forWork, forWeb])).toEqual([
    'SEAM_WORKSPACES is wrong at workspace 1: webhook_secrets is missing',
    'SEAM_WORKSPACES is wrong at workspace 2: api_key (or personal_access_token) is missing',
    'SEAM_WORKSPACES is wrong at workspace 2, workspace_id: workspace 1 has the same',
  ]);
});

test('settings that say the same are read as the same', () => {
  const only = onlyWorkspace({ apiKey: 'seam_key', webhookSecrets: [SECRET, OTHER_SECRET] });
  const { api_key: _, ...keyless } = FLATS;
  for (const workspaces of [parse([HOTELS, FLATS]), parse([keyless], []), only]) {
    expect(parseConfig(toSettings(workspaces)).workspaces).toEqual(workspaces);
  }
});

describe('what is wrong is told by position and field', () => {
  test.each([
    [
      'a field',
      [HOTELS, { ...FLATS, api_key: 'hunter2' }],
      /workspace 2, api_key: it must be an API/,
    ],
    [
      'a secret',
      [{ ...HOTELS, webhook_secrets: [SECRET, 'hunter2'] }],
      /workspace 1, webhook_secrets: /,
    ],
    ['no secret', [{ ...HOTELS, webhook_secrets: [] }], /workspace 1, webhook_secrets: /],
    ['an id', [{ ...HOTELS, workspace_id: '' }], /workspace 1, workspace_id: it must be the id/],
    [
      'no id',
      [{ ...HOTELS, workspace_id: undefined }],
      /workspace 1, workspace_id: it must be the id/,
    ],
    ['a name', [{ ...HOTELS, name: 7 }], /workspace 1, name: it must be text/],
    [
      'a field too many',
      [{ ...HOTELS, hunter2: 'hunter2' }],
      /workspace 1: it must be .* nothing else$/,
    ],
    ['no object', [HOTELS, 'hunter2'], /workspace 2: it must be an object/],
    ['an empty list', [], /^SEAM_WORKSPACES must be JSON: a list of /],
    ['no list', { workspaces: [HOTELS] }, /^SEAM_WORKSPACES must be JSON: a list of /],
    [
      'an id twice',
      [HOTELS, { ...FLATS, workspace_id: 'ws_hotels' }],
      /2, workspace_id: workspace 1 has/,
    ],
    ['a key twice', [HOTELS, { ...FLATS, api_key: 'seam_hotels' }], /2, api_key: workspace 1 has/],
    [
      'a secret twice',
      [HOTELS, { ...FLATS, webhook_secrets: [SECRET] }],
      /2, webhook_secrets: workspace 1 has/,
    ],
  ])('%s', (_what, list, told) => {
    const faults = faultsOfList(list);
    expect(faults).toEqual([expect.stringMatching(told)]);
    expect(faults.join()).not.toMatch(/hunter2|whsec_[A-Za-z0-9]/);
  });

  test('text that is no JSON', () => {
    expect(faultsOf({ SEAM_WORKSPACES: '[{"api_key": "hunter2}]' })).toEqual([
      expect.stringMatching(/^SEAM_WORKSPACES must be JSON: (?!.*hunter2)/),
    ]);
  });

  test('what contradicts it', () => {
    const env = { SEAM_WORKSPACES: JSON.stringify([HOTELS]), SEAM_API_KEY: 'seam_other' };
    expect(faultsOf({ ...env, SEAM_WEBHOOK_SECRET: SECRET })).toEqual([
      'SEAM_API_KEY must be left out where SEAM_WORKSPACES is set',
      'SEAM_WEBHOOK_SECRET must be left out where SEAM_WORKSPACES is set',
    ]);
    expect(faultsOf({ SEAM_WORKSPACES: '[]', SEAM_WORKSPACES_FILE: 'x' })).toEqual([
      'SEAM_WORKSPACES must be left out where SEAM_WORKSPACES_FILE is set',
      expect.stringMatching(/^SEAM_WORKSPACES must be JSON: a list of /),
    ]);
  });
});

test('a file that is missing or wrong stops the start, with no value of it in the message', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'seam-reconciler-'));
  const file = path.join(folder, 'workspaces.json');
  try {
    const env = { DATABASE_URL: 'postgres://127.0.0.1:1/app', SEAM_WORKSPACES_FILE: file };
    const missing = await run(['serve'], env);
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toContain('SEAM_WORKSPACES_FILE must be a file that can be read');
    await writeFile(file, JSON.stringify([{ ...HOTELS, api_key: 'hunter2' }]));
    const wrong = await run(['work'], env);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('SEAM_WORKSPACES_FILE is wrong at workspace 1, api_key: ');
    expect(wrong.stderr).not.toContain('hunter2');
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('which workspace serves an id', () => {
  const several = parse([HOTELS, FLATS]);

  test('of several: the one with that id, or none', () => {
    expect(workspaceFor(several, 'ws_flats')).toMatchObject({ apiKey: 'seam_flats' });
    expect(workspaceFor(several, 'ws_other')).toBeNull();
    expect(workspaceFor(several, null)).toBeNull();
    expect(servedIds(several)).toEqual(['ws_hotels', 'ws_flats']);
  });

  test('the only one, whose id nobody told us, serves all', () => {
    const only = onlyWorkspace({ apiKey: 'seam_key' });
    for (const id of ['ws_flats', null]) {
      expect(workspaceFor(only, id)).toMatchObject({ apiKey: 'seam_key' });
    }
    expect(servedIds(only)).toBeNull();
  });

  test('people read its name, where it has one', () => {
    const read = ['ws_hotels', 'ws_flats', 'ws_other', null].map(id => workspaceLabel(several, id));
    expect(read).toEqual(['Hotels (ws_hotels)', 'ws_flats', 'ws_other', null]);
  });
});
