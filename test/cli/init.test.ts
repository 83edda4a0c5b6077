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
  const { answer, shows } = terminal;
  await answer('(DATABASE_URL): ', 'mysql://127.0.0.1/app');
  await shows('✗ DATABASE_URL must be a URL');
  await answer('(DATABASE_URL): ', `postgresql://ann:hunter2@127.0.0.1:${await freePort()}/none`);
  await shows("✗ Postgres can't be used");
  await answer('(DATABASE_URL): ', site.database.url);
  await answer('(REDIS_URL) [none]: ', `redis://127.0.0.1:${await freePort()}`);
  await shows("✗ Redis can't be used");
  await answer('(REDIS_URL) [none]: ', '');
  await answer('(SEAM_API_KEY): ', 'seam_at_personal');
  await shows('✗ SEAM_API_KEY must be an API key');
  await answer('(SEAM_API_KEY): ', 'seam_not_a_key');
  await shows('✗ ');
  await answer('(SEAM_API_KEY): ', site.seam.apiKey);
  await shows('1  public.app_users: ids in "id" (uuid)');
  await answer('(USERS_TABLE) [1]: ', 'nowhere');
  await shows('✗ USERS_TABLE');
  await answer('(USERS_TABLE) [1]: ', '1');
  await answer('(WEBHOOK_URL): ', 'http://locks.example');
  await shows('✗ It must start with https://');
  await answer('(WEBHOOK_URL): ', HOST);
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

const QUESTIONS = [
  '(DATABASE_URL): ',
  '(REDIS_URL) [none]: ',
  '(SEAM_API_KEY): ',
  '(USERS_TABLE) [1]: ',
  '(WEBHOOK_URL): ',
  '(CONSOLE_URL)',
  '(OPERATOR_NAME)',
  '[Y/n] ',
];

test.each([...QUESTIONS.keys()])('Ctrl-C at question %i: 130, and nothing was done', async at => {
  const answers = [site.database.url, '', site.seam.apiKey, '', HOST, '', 'Ada'];
  await using terminal = onTerminal(['init'], envOf(), site.folder);
  for (const [n, answer] of answers.slice(0, at).entries()) {
    await terminal.answer(QUESTIONS[n] ?? '', answer);
  }
  await terminal.press(QUESTIONS[at] ?? '', '\u0003');
  expect(await terminal.ended()).toBe(130);
  expect(terminal.shown()).toContain('Nothing was done.');
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
