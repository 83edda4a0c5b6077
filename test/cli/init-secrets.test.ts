import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { addOperator } from '../../src/operators/operators.ts';
import { addEndpoint } from '../../src/sandbox/beginnings.ts';
import { runHere } from '../fixtures/here.ts';
import { type Beginning, startBeginning } from '../fixtures/init.ts';
import { childEnv } from '../fixtures/processes.ts';
import { OTHER_SECRET, SECRET } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';
import { onTerminal } from '../fixtures/terminal.ts';
import { until } from '../fixtures/wait.ts';

/* Which secrets `init` keeps, where two write, and where the environment overrules the file. */

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const ENDPOINT = 'https://locks.example/webhooks/seam';

let site: Beginning;
beforeEach(async () => {
  site = await startBeginning();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await site[Symbol.asyncDispose]();
});

const file = () => path.join(site.folder, '.env');
const seamEnv = () => ({ SEAM_ENDPOINT: site.seam.endpoint, SEAM_API_KEY: site.seam.apiKey });
const given = (): string[] => {
  const where = ['--database-url', site.database.url, '--webhook-url', ENDPOINT];
  return ['init', '--yes', ...where, '--operator', 'Ada'];
};
const init = async (more: Record<string, string> = {}) => {
  vi.spyOn(process, 'cwd').mockReturnValue(site.folder);
  return runHere(given(), { ...seamEnv(), ...more });
};
const MIND = 'SEAM_WEBHOOK_SECRET is also set in your environment';

const hideSecrets = (): void =>
  site.seam.amend((asked, answer) => {
    if (asked !== '/webhooks/list') return;
    for (const each of answer.webhooks as Record<string, unknown>[]) delete each.secret;
  });

test('a secret in the environment, which will overrule the new one in .env, is told of', async () => {
  const first = await init({ SEAM_WEBHOOK_SECRET: OTHER_SECRET });
  expect(first.stderr).toContain(MIND);
  const [endpoint] = site.seam.fake.database.webhooks;
  expect((await site.written()).SEAM_WEBHOOK_SECRET).toBe(`${OTHER_SECRET},${endpoint?.secret}`);
  expect((await init()).stderr).not.toContain(MIND);
});

test('what `npm run cli` has read from .env is not the environment’s', async () => {
  writeFileSync(file(), `SEAM_WEBHOOK_SECRET=${OTHER_SECRET}\n`);
  expect((await init({ SEAM_WEBHOOK_SECRET: OTHER_SECRET })).stderr).not.toContain(MIND);
});

test('a secret that Seam no longer shows has to be given, and nothing is done without it', async () => {
  addEndpoint(site.seam.fake, site.seam.workspaceId, ENDPOINT, ['*']);
  hideSecrets();
  const { code, stderr } = await init();
  expect(code).toBe(1);
  expect(stderr).toContain('SEAM_WEBHOOK_SECRET');
  expect(existsSync(file())).toBe(false);
  const known = await init({ SEAM_WEBHOOK_SECRET: OTHER_SECRET });
  expect(known.code).toBe(0);
  expect(known.stderr).toContain("Seam doesn't show its secret: SEAM_WEBHOOK_SECRET, as it is set");
});

test.each([
  ['one that is typed comes to the others', SECRET, `${OTHER_SECRET},${SECRET}`],
  ['Enter: it is one of them', '', OTHER_SECRET],
])('cut off at a second tunnel, whose secret Seam hides: %s', async (_, typed, kept) => {
  writeFileSync(file(), `WEBHOOK_URL=${ENDPOINT}\nSEAM_WEBHOOK_SECRET=${OTHER_SECRET}\n`);
  addEndpoint(site.seam.fake, site.seam.workspaceId, ENDPOINT, ['*']);
  hideSecrets();
  await using terminal = onTerminal(['init'], seamEnv(), site.folder);
  await terminal.answer('(DATABASE_URL): ', site.database.url);
  await terminal.answer('(REDIS_URL) [none]: ', '');
  await terminal.answer('(SEAM_API_KEY) [the one that is set]: ', '');
  await terminal.answer('(USERS_TABLE) [none]: ', '');
  await terminal.answer('First user: ', 'ada');
  await terminal.answer('(WEBHOOK_URL) [', '');
  await terminal.answer('(SEAM_WEBHOOK_SECRET) [what is set]: ', typed);
  await terminal.answer('(CONSOLE_URL)', '');
  await terminal.answer('(OPERATOR_NAME)', 'Ada');
  await terminal.answer('[Y/n] ', '');
  expect(await terminal.ended()).toBe(0);
  expect((await site.written()).SEAM_WEBHOOK_SECRET).toBe(kept);
});

/** The turn is somebody else's until `work` is done. */
const whileTaken = async (work: () => Promise<void>): Promise<void> => {
  const client = await site.database.pool.connect();
  await client.query(`begin; select pg_advisory_xact_lock(hashtext('seam-reconciler init'))`);
  await work().finally(() => client.query('rollback'));
  client.release();
};

test('two at once take turns: one key, one secret, one endpoint, one admin', async () => {
  const run = promisify(execFile);
  const env = childEnv(seamEnv());
  const both = [1, 2].map(() =>
    run(process.execPath, [MAIN, ...given()], { cwd: site.folder, env }),
  );
  let waiting = 0;
  for (const { child } of both) {
    child.stderr?.on('data', piece => {
      if (String(piece).includes('waiting for it')) waiting += 1;
    });
  }
  // Both have asked everything by then.
  await whileTaken(async () => {
    await until('both to wait', () => waiting === 2);
  });
  const said = (await Promise.all(both)).map(({ stderr }) => stderr).join();
  // The first writes its settings, and then the secret; the second finds that all of it is there, its own key too.
  expect(said.match(/\.env (is written|says so already)/g)?.toSorted()).toEqual([
    '.env is written',
    '.env is written',
    '.env says so already',
  ]);
  const [endpoint, ...others] = site.seam.fake.database.webhooks;
  expect(others).toEqual([]);
  const written = await site.written();
  expect(written.SEAM_WEBHOOK_SECRET).toBe(endpoint?.secret);
  const { rows } = await site.database.pool.query('select name from reconciler.operators');
  expect(rows).toEqual([{ name: 'Ada' }]);
});

test('who is an operator is asked anew once the tables are there', async () => {
  expect((await init()).code).toBe(0);
  await using terminal = onTerminal(['init'], seamEnv(), site.folder);
  for (const each of ['DATABASE_URL', 'REDIS_URL', 'SEAM_API_KEY', 'USERS_TABLE']) {
    await terminal.answer(`(${each}) [`, '');
  }
  await terminal.answer('First user: ', '');
  for (const each of ['WEBHOOK_URL', 'CONSOLE_URL']) await terminal.answer(`(${each}) [`, '');
  await terminal.answer('(OPERATOR_NAME) [', 'Grace');
  await terminal.shows('Grace will be an admin');
  await addOperator(site.database.pool, SHELL, { name: 'Grace', role: 'admin', password: null });
  await terminal.answer('[Y/n] ', '');
  expect(await terminal.ended()).toBe(0);
  expect(terminal.shown()).toContain('/support/sign-in/link?');
});

test('tables of a version before don’t hide who is an operator', async () => {
  expect((await init()).code).toBe(0);
  await site.database.pool.query(
    'delete from reconciler.migrations where id = (select max(id) from reconciler.migrations)',
  );
  await using terminal = onTerminal(['init'], seamEnv(), site.folder);
  for (const each of ['DATABASE_URL', 'REDIS_URL', 'SEAM_API_KEY', 'USERS_TABLE']) {
    await terminal.answer(`(${each}) [`, '');
  }
  await terminal.answer('First user: ', '');
  for (const each of ['WEBHOOK_URL', 'CONSOLE_URL']) await terminal.answer(`(${each}) [`, '');
  await terminal.answer('(OPERATOR_NAME) [Ada]: ', '');
  await terminal.shows('Ada is an admin');
});
