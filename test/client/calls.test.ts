import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeClientApp } from '../fixtures/client-app.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { startTestSeam } from '../fixtures/seam.ts';
import { onlyWorkspace } from '../fixtures/settings.ts';

/* What an app gets of the API by the client, from a process of its own. */

const ACCOUNTS = 1_003;

type Outcome = Record<string, unknown>;
type Said = Record<string, Outcome> & {
  ada: number;
  nobody: unknown[];
  connectUrl: string;
  noSuchUser: string;
  of: { states: string[]; sizes: number[] };
};

const stack = new AsyncDisposableStack();
let desk: TestDesk;
let said: Said;
beforeAll(async () => {
  const seam = stack.use(await startTestSeam());
  desk = stack.use(
    await openDesk({
      workspaces: onlyWorkspace({ apiKey: seam.apiKey }),
      seamEndpoint: seam.endpoint,
    }),
  );
  await desk.database.pool.query(`insert into reconciler.users (id) values ('ada')`);
  await desk.database.pool.query(
    `insert into reconciler.connected_accounts (connected_account_id, workspace_id, account_type,
        account_type_display_name, user_identifier, custom_metadata, errors, warnings, accepted_capabilities, state, state_since, read_by_run)
     select 'account ' || n, 'ws', 'august', 'August', '{}', '{}', '[]', '[]', '[]', 'connected', now(), 1
       from generate_series(1, ${ACCOUNTS}) n;
     insert into reconciler.links (connected_account_id, user_id, linked_by_run)
     select 'account ' || n, 'ada', 1 from generate_series(1, ${ACCOUNTS}) n`,
  );
  const app = stack.use(await makeClientApp(path.join(import.meta.dirname, 'app')));
  const program = stack.use(
    app.start('calls.ts', { RECONCILER_URL: desk.url, RECONCILER_TOKEN: desk.tokens.admin }),
  );
  said = JSON.parse(`{${await program.said('{')}`);
});
afterAll(() => stack.disposeAsync());

test('a user’s accounts are all there, however many pages they are', () => {
  expect(said.ada).toBe(ACCOUNTS);
  expect(said.nobody).toEqual([]);
  expect(said.of).toEqual({ states: ['connected'], sizes: [400, 400, 203] });
});

test('a user is sent to a page of Seam’s; one who isn’t there is told apart', () => {
  expect(said.connectUrl).toMatch(/^https?:/);
  expect(said.noSuchUser).toBe('undefined');
});

test('what the API refuses is thrown as it says it', () => {
  expect(said.stranger).toMatchObject({ status: 401, requestId: expect.any(String) });
  expect(said.missing).toMatchObject({ status: 404, type: 'not_found' });
  expect(said.repeated).toMatchObject({ status: 409, type: 'conflict' });
  expect(said.invalid).toMatchObject({
    status: 422,
    type: 'invalid',
    faults: { 'query.limit': expect.any(String) },
  });
});

test('parameters go as the API reads them, and a token may be a function', () => {
  expect(said.types).toMatchObject({ done: { messages: expect.any(Array) } });
  expect(said.rotated).toMatchObject({ done: { accounts: [{ user_id: 'ada' }] } });
});

test('what is no answer of the API is told apart, and what never came', () => {
  expect(said.elsewhere).toMatchObject({ type: 'unreadable' });
  expect(said.aborted).toEqual({ thrown: 'AbortError' });
  expect(said.silent).toEqual({ thrown: 'TimeoutError' });
  expect(said.away).toEqual({ thrown: 'TypeError' });
});

test('too many at once: told when to go on, or waited for', () => {
  expect(said.hasty).toMatchObject({ status: 429, type: 'too_many', retryAfterMs: 1_000 });
  expect(said.patient).toEqual({ done: { accounts: [] } });
});
