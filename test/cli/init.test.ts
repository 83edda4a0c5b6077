import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Beginning, startBeginning } from '../fixtures/init.ts';
import { freePort } from '../fixtures/ports.ts';
import { run, start } from '../fixtures/processes.ts';
import { onTerminal } from '../fixtures/terminal.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const ADA = 'b8a3f4a6-3c4e-4c55-9a04-6d3f4b8f7c11';
const HOST = 'https://locks.example';
const URL_OF_OURS = `${HOST}/webhooks/seam`;

let site: Beginning;
beforeEach(async () => {
  site = await startBeginning();
  await site.database.pool.query(
    `create table app_users (id uuid primary key, email text); insert into app_users values ('${ADA}', 'ada@app.example')`,
  );
});
afterEach(() => site[Symbol.asyncDispose]());

const envOf = () => ({ SEAM_ENDPOINT: site.seam.endpoint });

test('from clone to a link: the table is offered, .env is written, serve runs by it', async () => {
  await using terminal = onTerminal(['init'], envOf(), site.folder);
  const { answer } = terminal;
  await answer('(DATABASE_URL): ', 'mysql://127.0.0.1/app');
  await answer('must be a URL', '');
  await answer('(DATABASE_URL): ', `postgresql://ann:hunter2@127.0.0.1:${await freePort()}/none`);
  await answer("Postgres can't be used", site.database.url);
  await answer('(REDIS_URL) [none]: ', `redis://127.0.0.1:${await freePort()}`);
  await answer('✗', '');
  await answer('(SEAM_API_KEY): ', 'seam_at_personal');
  await answer('must be an API key', 'seam_not_a_key');
  await answer('✗', site.seam.apiKey);
  await answer('public.app_users: ids in "id" (uuid)', '');
  await answer('(USERS_TABLE) [1]: ', 'nowhere');
  await answer('there is no table', '1');
  await answer('(WEBHOOK_URL): ', 'http://locks.example');
  await answer('https://', HOST);
  await answer('(CONSOLE_URL)', '');
  await answer('(OPERATOR_NAME)', 'Ada');
  await answer('[Y/n] ', '');
  expect(await terminal.ended()).toBe(0);
  const shown = terminal.shown();
  expect(shown).toContain('/support/sign-in/link?next=');
  const written = await site.written();
  expect(written).toMatchObject({
    DATABASE_URL: site.database.url,
    REDIS_URL: '',
    SEAM_API_KEY: site.seam.apiKey,
    USERS_TABLE: 'public.app_users',
    USERS_ID_COLUMN: 'id',
    WEBHOOK_URL: URL_OF_OURS,
    OPERATOR_NAME: 'Ada',
  });
  const secret = written.SEAM_WEBHOOK_SECRET ?? '';
  expect(secret).toMatch(/^whsec_/);
  for (const hidden of [secret, site.seam.apiKey, written.ENDPOINT_SECRETS_KEY ?? 'none']) {
    expect(shown).not.toContain(hidden);
  }
  const file = path.join(site.folder, '.env');
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const PORT = String(await freePort());
  await using _serve = start([MAIN, 'serve', '--work'], { PORT }, `--env-file=${file}`);
  const url = `http://127.0.0.1:${PORT}`;
  await until('it listens', async () => (await fetch(`${url}/healthz`).catch(() => null))?.ok);
  const webview = await site.seam.createWebview({ id: ADA });
  const done = await site.seam.completeWebview(webview, { email: 'ada@app.example' });
  for (const event of done.events) expect((await post(url, event, secret)).status).toBe(204);
  await until('the link', async () => {
    const { rows } = await site.database.pool.query(
      `select from reconciler_public.user_accounts where user_id = $1 and connected_account_id = $2`,
      [ADA, done.accountId],
    );
    return rows.length === 1;
  });
});

test('Ctrl-C at any question ends it with 130, and nothing was done', async () => {
  const steps: readonly (readonly [string, string])[] = [
    ['(DATABASE_URL): ', site.database.url],
    ['(REDIS_URL) [none]: ', ''],
    ['(SEAM_API_KEY): ', site.seam.apiKey],
    ['(USERS_TABLE) [1]: ', ''],
    ['(WEBHOOK_URL): ', HOST],
    ['(CONSOLE_URL)', ''],
    ['(OPERATOR_NAME)', 'Ada'],
    ['[Y/n] ', ''],
  ];
  for (const at of steps.keys()) {
    await using terminal = onTerminal(['init'], envOf(), site.folder);
    for (const [question, line] of steps.slice(0, at)) await terminal.answer(question, line);
    await terminal.press(steps[at]?.[0] ?? '', '\u0003');
    expect(await terminal.ended()).toBe(130);
    expect(terminal.shown()).toContain('Nothing was done.');
  }
  expect(existsSync(path.join(site.folder, '.env'))).toBe(false);
  expect(site.seam.fake.database.webhooks).toEqual([]);
  const { rows } = await site.database.pool.query(
    `select from pg_namespace where nspname = 'reconciler'`,
  );
  expect(rows).toEqual([]);
});

test('where nobody can be asked, all that lacks is told at once, and nothing waits', async () => {
  const { code, stderr } = await run(['init'], envOf());
  expect(code).toBe(2);
  for (const name of ['DATABASE_URL', 'SEAM_API_KEY', 'WEBHOOK_URL', 'OPERATOR_NAME', '--yes']) {
    expect(stderr).toContain(name);
  }
});
