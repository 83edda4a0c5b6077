import { Writable } from 'node:stream';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_ROUTES } from '../../src/api/routes.ts';
import { CONSOLE_ROUTES } from '../../src/console/routes.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';

/** All that is logged, at every level. */
let logged = '';
const log = pino(
  { level: 'trace' },
  new Writable({
    write: (line, _encoding, done) => {
      logged += line;
      done();
    },
  }),
);

const PASSWORD = 'a password that nobody is told';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk({}, { log });
});
afterAll(() => desk[Symbol.asyncDispose]());

/** What is stored of secrets, in the forms in which it could slip out. */
const storedSecrets = async (): Promise<string[]> => {
  const { rows } = await desk.database.pool.query<{ secret: Buffer | string }>(
    `select password_hash as secret from reconciler.operators where password_hash is not null
     union all select encode(token_hash, 'hex') from reconciler.sessions
     union all select encode(token_hash, 'hex') from reconciler.api_tokens
     union all select encode(token_hash, 'base64') from reconciler.sessions
     union all select encode(token_hash, 'base64') from reconciler.api_tokens`,
  );
  return rows.map(({ secret }) => String(secret));
};

test('no page, no answer and no log line tells a password, a token or a hash of one', async () => {
  const clerk = await desk.signIn({ name: 'Grace', password: PASSWORD, role: 'admin' });
  await fetch(`${desk.url}/support/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ name: 'grace', password: `${PASSWORD}!` }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const tokens = Object.values(desk.tokens);
  const cookies = [clerk, ...Object.values(desk.clerks)].map(({ cookie }) => cookie.slice(16));
  const secrets = [PASSWORD, ...tokens, ...cookies, ...(await storedSecrets())];
  expect(secrets.length).toBeGreaterThan(15);

  const told: string[] = [];
  for (const { method, path } of CONSOLE_ROUTES) {
    if (method !== 'get') continue;
    const shown = await clerk.get(`/support${path.replaceAll(/:\w+/g, '1')}`);
    told.push(shown.text, JSON.stringify([...shown.headers]));
  }
  for (const { method, path } of API_ROUTES) {
    if (method !== 'get') continue;
    const answer = await desk.call('admin', 'GET', path.replaceAll(/\{\w+\}/g, '1'));
    told.push(JSON.stringify(answer.body));
  }
  expect(told.some(text => text.includes('Grace'))).toBe(true);
  for (const secret of secrets) {
    expect(told.filter(text => text.includes(secret))).toEqual([]);
    expect(logged).not.toContain(secret);
  }
});

test('what is made once is in no log line, no notice and no kept answer', async () => {
  const key = crypto.randomUUID();
  const created = await desk.call('admin', 'POST', '/tokens', {
    key,
    body: { name: 'ci', role: 'viewer' },
  });
  expect(created.status).toBe(201);
  const { secret } = created.body as { secret: string };
  const added = await desk.call('admin', 'POST', '/operators', {
    key: crypto.randomUUID(),
    body: { name: 'Ida', role: 'viewer' },
  });
  expect(added.status).toBe(201);
  const link = (added.body as { sign_in_link: string }).sign_in_link.split('key=')[1] ?? '';
  const again = await desk.call('admin', 'POST', '/tokens', {
    key,
    body: { name: 'ci', role: 'viewer' },
  });
  expect(again.status).toBe(409);
  const { rows } = await desk.database.pool.query<{ everything: string }>(
    `select coalesce(string_agg(t::text, ' '), '') as everything from (
       select to_jsonb(a)::text as t from reconciler.api_answers a
       union all select to_jsonb(l)::text from reconciler.audit_log l
       union all select to_jsonb(s)::text from reconciler.sessions s
       union all select to_jsonb(f)::text from reconciler.former_token_secrets f
       union all select to_jsonb(k)::text from reconciler.api_tokens k) all_of_it(t)`,
  );
  for (const told of [secret, link.split('&')[0] ?? '']) {
    expect(told.length).toBeGreaterThan(40);
    expect(rows[0]?.everything).not.toContain(told);
    expect(logged).not.toContain(told);
  }
});
