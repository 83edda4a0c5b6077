import { afterAll, beforeAll, expect, test } from 'vitest';
import { addConnection } from '../fixtures/desk.ts';
import { runHere } from '../fixtures/here.ts';
import { openTelling, type Telling } from '../fixtures/telling.ts';

let site: Telling;
let env: Record<string, string>;
let positions: number[];
let endpoint: number;
beforeAll(async () => {
  site = await openTelling();
  env = { DATABASE_URL: site.database.url, OPERATOR_NAME: 'the shell' };
  const subject = 'connected_account:a1';
  await addConnection(site.database, { subject, state: 'linked', accountId: 'a1' });
  endpoint = await site.add({ name: 'crm' });
  positions = await site.tell(
    {},
    { account: 'a2', user: 'bob' },
    { type: 'account.deleted', user: null },
  );
  await site.end(endpoint, positions[0] ?? 0, 'delivered', 2);
});
afterAll(() => site[Symbol.asyncDispose]());

const run = (...args: string[]) => runHere(['message', ...args], env);
const listed = async (...args: string[]): Promise<number[]> =>
  JSON.parse((await run('list', '--json', ...args)).stdout).messages.map(
    ({ position }: { position: number }) => position,
  );
const at = (...places: readonly number[]) => places.map(place => positions[place]);

test('messages are listed newest first, or on from a position, as far as they match', async () => {
  expect(await listed()).toEqual(at(2, 1, 0));
  expect(await listed('--after', '0')).toEqual(at(0, 1, 2));
  expect(await listed('--after', String(positions[0]), '--limit', '1')).toEqual(at(1));
  expect(await listed('--before', String(positions[2]))).toEqual(at(1, 0));
  expect(await listed('--user', 'bob')).toEqual(at(1));
  expect(await listed('--account', 'a1', '--type', 'account.deleted')).toEqual(at(2));
  expect(await listed('--since', '1h', '--until', '2100-01-01')).toEqual(at(2, 1, 0));
  const cut = await run('list', '--limit', '2');
  expect(cut.stdout).toMatch(/^POSITION +AT +TYPE +ABOUT +USER +MESSAGE\n/);
  expect(cut.stderr).toBe(`These are 2. For more: --before ${positions[1]}\n`);
  expect((await run('list', '--limit', '3')).stderr).toBe('');
  expect(await run('list', '--user', 'nobody')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'Nothing matches.\n',
  });
});

test('who takes them away in a form for programs is written down', async () => {
  await run('list', '--plain', '--user', 'bob');
  expect(await site.audit('export')).toContainEqual(
    expect.objectContaining({ target: 'messages', after: { user: 'bob' } }),
  );
});

test('what was told of a connection is there with what was answered', async () => {
  const { stdout } = await run('list', '--connection', 'a1');
  expect(stdout).toMatch(/account\.linked .* crm: delivered, taken \(204\)\n/);
  expect(stdout).toMatch(/account\.deleted .* crm: waiting\n/);
  expect(stdout).not.toContain('bob');
  expect((await run('list', '--connection', 'nothing')).code).toBe(3);
  expect((await run('list', '--connection', 'a1', '--user', 'ada')).code).toBe(2);
});

test('a message is shown with each try, and sent again', async () => {
  const id = await site.messageAt(positions[0] ?? 0);
  const { stdout } = await run('show', id);
  expect(stdout).toMatch(
    /^crm: delivered, taken \(204\)\n {2}20\S+, 12 ms: taken \(204\).*\n.*500/m,
  );
  expect(JSON.parse((await run('show', id, '--json')).stdout)).toMatchObject({
    ...{ message_id: id, about: 'connected_account:a1', user_id: 'ada', data: {} },
    sendings: [
      {
        endpoint_id: endpoint,
        state: 'delivered',
        failed_attempts: 2,
        tries: [{ status: 204 }, { status: 500 }],
      },
    ],
  });
  const sent = await run('send', id, '--why', 'they lost it');
  expect(sent).toMatchObject({
    code: 0,
    stdout: `${id} will be sent again to endpoint ${endpoint}.\n`,
  });
  expect((await run('show', id)).stdout).toContain('crm: waiting');
  expect((await run('send', id, '--endpoint', '4711')).code).toBe(3);
  expect((await run('show', 'nothing')).code).toBe(3);
  expect(await site.audit('send_again')).toMatchObject([
    { actor_name: 'the shell', why: 'they lost it' },
  ]);
});

test('whoever looks up a connection reads what the app was told last, and whether it has it', async () => {
  const { pool } = site.database;
  const show = async (...args: string[]) => (await runHere(['show', ...args], env)).stdout;
  const last = await site.messageAt(positions[2] ?? 0);
  expect(await show('a1')).toContain(
    `\n  The app was told last: Account deleted (account.deleted) at 20`,
  );
  expect(await show('a1')).toContain(`, message ${last}\n    crm: not delivered yet\n`);
  const [match] = JSON.parse(await show('a1', '--json')).matches;
  expect(match.last_message).toEqual({
    ...{ message_id: last, type: 'account.deleted', sentence: 'Account deleted' },
    at: expect.any(String),
    sendings: [
      {
        ...{ endpoint_id: endpoint, endpoint: 'crm', state: 'waiting', failed_attempts: 0 },
        ...{ due_at: null, finished_at: null, fault: null },
      },
    ],
  });
  await site.end(endpoint, positions[2] ?? 0, 'dead', 2);
  expect(await show('a1')).toMatch(/\n {4}crm: given up after \d tr(y|ies): .*500/);
  await pool.query('delete from reconciler.messages');
  expect(await show('a1')).toContain('\n  The app was told nothing of it yet.\n');
  expect(JSON.parse(await show('a1', '--json')).matches[0].last_message).toBeNull();
});
