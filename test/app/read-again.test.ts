import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startReadingAgain } from '../../src/app/read-again.ts';
import { parseConfig, readEnv, type SettingName } from '../../src/config/config.ts';
import { readingAgain } from '../../src/config/read-again.ts';
import { type ServedWorkspaces, serveWorkspaces } from '../../src/config/served-workspaces.ts';
import { makeFolder, OTHER_SECRET, SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

/* The files of keys and secrets, as they are written, replaced and lost while a process reads them. */

const REQUIRED: readonly SettingName[] = ['SEAM_API_KEY', 'SEAM_WEBHOOK_SECRET'];

let stack: AsyncDisposableStack;
let folder: string;
let lines: string[];
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = await makeFolder();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  lines = [];
});
afterEach(() => stack.disposeAsync());

const at = (name: string): string => path.join(folder, name);
/** As it should be done: written beside, and moved into place. */
const replace = async (name: string, text: string): Promise<void> => {
  await writeFile(at(`${name}.next`), text);
  await rename(at(`${name}.next`), at(name));
};
const listOf = (...ids: string[]): string =>
  JSON.stringify(
    ids.map((id, index) => ({
      workspace_id: id,
      api_key: `seam_key_${id}`,
      webhook_secrets: [[SECRET, OTHER_SECRET][index % 2]],
    })),
  );

const watch = (variables: Record<string, string>): ServedWorkspaces => {
  const env = readEnv(variables);
  const served = serveWorkspaces(parseConfig(env, REQUIRED).workspaces);
  const log = pino({ level: 'trace' }, { write: line => void lines.push(line) });
  stack.use(startReadingAgain({ env, required: REQUIRED, served, log }));
  return served;
};
const idsOf = (served: ServedWorkspaces) => served.now().map(({ id }) => id);

/** One key and one secret, in a file each. */
const watchOne = async (): Promise<ServedWorkspaces> => {
  await replace('key', 'seam_first_key\n');
  await replace('secret', SECRET);
  return watch({ SEAM_API_KEY_FILE: at('key'), SEAM_WEBHOOK_SECRET_FILE: at('secret') });
};

test('a key and a secret that are in files of their own are read again, too', async () => {
  const served = await watchOne();
  await replace('key', 'seam_second_key\n');
  await until('the other key', () => served.now()[0]?.apiKey === 'seam_second_key');
  await replace('secret', `${SECRET},${OTHER_SECRET}`);
  await until('both secrets', () => served.now()[0]?.webhookSecrets.length === 2);
  expect(served.now()).toEqual([
    { id: null, name: null, apiKey: 'seam_second_key', webhookSecrets: [SECRET, OTHER_SECRET] },
  ]);
  expect(served.fault()).toBeNull();
});

test('so is a personal access token', async () => {
  await replace('token', 'seam_at1_first');
  await replace('list', JSON.stringify([{ workspace_id: 'a', webhook_secrets: [SECRET] }]));
  const served = watch({
    SEAM_WORKSPACES_FILE: at('list'),
    SEAM_PERSONAL_ACCESS_TOKEN_FILE: at('token'),
  });
  await replace('token', 'seam_at1_second');
  await until('the other token', () => served.now()[0]?.apiKey === 'seam_at1_second');
});

/** What happens to files. */
const HARM: [what: string, harm: (text: string) => Promise<unknown>, told: RegExp][] = [
  ['half of it is written', text => writeFile(at('list'), text.slice(0, 40)), /^\S+ must be JSON/],
  [
    'it is empty',
    () => writeFile(at('list'), ''),
    /^\S+ must be a file that can be read and isn't/,
  ],
  ['it is gone', () => rm(at('list')), /^\S+ must be a file that can be read and isn't/],
  [
    'a folder is there instead',
    async () => {
      await rm(at('list'));
      await mkdir(at('list'));
    },
    /^\S+ must be a file that can be read and isn't/,
  ],
  [
    'a key lacks',
    text => writeFile(at('list'), text.replace('api_key', 'name')),
    /^\S+ is wrong at workspace 1: api_key/,
  ],
];

test.each(HARM)('%s: what was served before stays, and that is told', async (_what, harm, told) => {
  const text = listOf('a');
  await replace('list', text);
  const served = watch({ SEAM_WORKSPACES_FILE: at('list') });
  const before = served.now();
  await harm(text);
  const fault = await until('the fault', () => served.fault());
  expect(fault).toMatch(told);
  expect(fault).toMatch(/^SEAM_WORKSPACES_FILE .*, since \d{4}-\d\d-\d\dT/);
  expect(served.now()).toBe(before);
  expect(lines.join()).toContain('those from before stay');
  expect(lines.join()).not.toMatch(/seam_key_a|whsec_/);

  await rm(at('list'), { recursive: true, force: true });
  await replace('list', listOf('a', 'b'));
  await until('the list that can be used', () => idsOf(served).includes('b'));
  expect(served.fault()).toBeNull();
});

test('while it is written fifty times a second, only what can be used is taken, and at last the last', async () => {
  await replace('list', listOf('a'));
  const served = watch({ SEAM_WORKSPACES_FILE: at('list') });
  const seen = new Set<string>();
  let changes = 0;
  using _listening = served.onChange(() => {
    changes += 1;
    for (const id of idsOf(served)) seen.add(String(id));
  });
  for (let write = 0; write < 250; write++) {
    const text = listOf('a', `b${write}`);
    // In place, and in two steps, as nobody should.
    await writeFile(at('list'), text.slice(0, -1));
    await sleep(10);
    await writeFile(at('list'), text);
    await sleep(10);
  }
  await replace('list', listOf('a', 'last'));
  await until('the last of them', () => idsOf(served).includes('last'));
  expect(changes).toBeLessThan(75);
  expect(lines.join()).not.toContain('are not used');
  expect([...seen].every(id => /^(a|b\d+|last)$/.test(id))).toBe(true);
  expect(served.fault()).toBeNull();
});

test('other settings and their files may change as they like', async () => {
  await replace('database', 'postgres://db/app');
  await replace('list', listOf('a'));
  const served = watch({
    DATABASE_URL_FILE: at('database'),
    SEAM_WORKSPACES_FILE: at('list'),
    CONSOLE_PORT: '3001',
  });
  await rm(at('database'));
  await replace('list', listOf('b'));
  await until('the other list', () => idsOf(served).includes('b'));
  expect(served.fault()).toBeNull();
});

test('what stands in the environment itself is read once', () => {
  const inEnvironment = readEnv({ SEAM_API_KEY: 'seam_key', SEAM_WEBHOOK_SECRET: SECRET });
  expect(readingAgain(inEnvironment, REQUIRED)).toBeNull();
});
