import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { readEnv } from '../../src/config/config.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { addConnection } from '../fixtures/desk.ts';
import { runHere } from '../fixtures/here.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const [subject, state] of [
    ['connect_webview:w1', 'failed'],
    ['connected_account:a1', 'linked'],
    ['connect_webview:w2', 'failed'],
    ['connect_webview:w3', 'retrying'],
  ] as const) {
    const accountId = `a${subject.slice(-1)}`;
    const reason = state === 'linked' ? null : 'user_not_found';
    await addConnection(database, {
      subject,
      state,
      reason,
      accountId,
      claimedUserId: subject.endsWith('1') ? null : 'twice',
    });
  }
});
afterAll(() => database[Symbol.asyncDispose]());

const cli = (...args: string[]) =>
  runHere(args, { DATABASE_URL: database.url, OPERATOR_NAME: 'grace' });
const json = async (...args: string[]): Promise<unknown> =>
  JSON.parse((await cli(...args, '--json')).stdout);

test('a case is noted, dismissed and opened again, and show tells of it', async () => {
  expect((await cli('note', 'w1', 'The user called.')).code).toBe(0);
  expect(await json('dismiss', 'w1', '--why', 'Moved out.')).toEqual({
    subject: 'connected_account:a1',
    state: 'dismissed',
    reason: 'user_not_found',
  });
  expect(await json('show', 'w1')).toMatchObject({
    matches: [
      {
        state: 'dismissed',
        notes: [{ text: 'Moved out.' }, { text: 'The user called.' }],
        changes: [{ action: 'dismiss', face: 'cli' }, { action: 'note' }],
      },
    ],
  });
  const shown = await cli('show', 'w1');
  for (const text of ['Moved out.', 'The user called.', 'dismissed', 'added a note']) {
    expect(shown.stdout).toContain(text);
  }
  expect((await cli('reopen', 'w1')).stdout).toContain('Needs attention');
});

test('of an account, its case is meant; of several that an id leads to, the one that fits; of more, none', async () => {
  // The account's own subject stands linked: that isn't dismissed with its webview's.
  expect((await cli('dismiss', 'a1', '--why', 'x')).code).toBe(0);
  const several = await cli('dismiss', 'twice', '--why', 'x');
  expect(several.code).toBe(4);
  expect(several.stderr).toContain('connected_account:a2');
  expect(several.stderr).toContain('connected_account:a3');
  const none = await cli('reopen', 'twice');
  expect(none).toMatchObject({ code: 4, stderr: expect.stringContaining('none of which') });
  expect((await cli('dismiss', 'a3', '--why', 'x')).code).toBe(0);
  const one = await json('reopen', 'twice');
  expect(one).toMatchObject({ subject: 'connected_account:a3', state: 'failed' });
});

test('what can’t be is told by the exit code', async () => {
  expect((await cli('note', 'nobody', 'x')).code).toBe(3);
  expect((await cli('note', 'w2', ' ')).code).toBe(2);
  expect((await cli('reopen', 'w2')).code).toBe(4);
  expect((await cli('dismiss', 'w2')).code).toBe(2);
});

test('the audit log is printed as a table, as lines with tabs, and as JSON', async () => {
  await cli('note', 'w3', 'two\nlines\tand a tab');
  expect((await cli('audit-log', '--target', 'w3')).stdout).toMatch(/^WHEN +WHO/);
  const plain = (
    await cli('audit-log', '--target', 'w3', '--action', 'note', '--plain')
  ).stdout.trimEnd();
  expect(plain.split('\n')).toHaveLength(1);
  expect(plain.split('\t')).toHaveLength(7);
  expect(
    await json('audit-log', '--action', 'note', '--since', '1h', '--limit', '1'),
  ).toMatchObject({
    changes: [{ action: 'note', target: 'connected_account:a3' }],
    more: true,
  });
  expect((await cli('audit-log', '--actor', 'nobody')).stderr).toContain('Nothing matches.');
  expect((await cli('audit-log', '--action', 'explode')).code).toBe(2);
});

test('the audit log is given out oldest first, a line each, and goes on after a cursor', async () => {
  const changes = async (...args: string[]) => {
    const { code, stdout } = await cli('audit-log', ...args);
    expect(code).toBe(0);
    const lines = stdout.split('\n').filter(line => line !== '');
    return lines
      .map((line): { id: number; cursor: string; action: string } => JSON.parse(line))
      .filter(({ action }) => !action.includes('export')); // Of these very commands.
  };
  const { rows } = await database.pool.query<{ id: number }>(
    `select id::int from reconciler.audit_log
      where action not in ('export', 'end_export') order by tx, id`,
  );
  let all = await changes('--after', 'start');
  // What other transactions in the server hold up is given out later.
  for (let tries = 0; all.length < rows.length && tries < 100; tries++) {
    await database.pool.query('select pg_sleep(0.1)');
    all = await changes('--after', 'start');
  }
  expect(all.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  const [first] = await changes('--after', 'start', '--limit', '1', '--json');
  expect(first).toEqual(all[0]);
  expect(await changes('--after', first?.cursor ?? '')).toEqual(all.slice(1));
  expect(await cli('audit-log', '--after', 'start', '--actor', 'grace')).toMatchObject({ code: 2 });
  expect(await cli('audit-log', '--follow')).toMatchObject({ code: 2 });
  expect((await cli('audit-log', '--after', '7')).code).not.toBe(0);
});

test('--follow gives out what is done from then on, until it is interrupted', async () => {
  let seen = '';
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
    seen += String(text);
    if (seen.includes('"while it followed"')) process.emit('SIGINT');
    for (const each of rest) if (typeof each === 'function') each(null);
    return true;
  });
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const env = readEnv({ DATABASE_URL: database.url });
    const following = runCli(['audit-log', '--after', 'start', '--follow'], env);
    while (seen === '') await database.pool.query('select pg_sleep(0.02)');
    await addNote();
    expect(await following).toBe(0);
    const [told] = stderr.mock.calls.flat().map(String).toReversed();
    const { cursor } = JSON.parse(seen.trimEnd().split('\n').at(-1) ?? '');
    expect(told).toBe(`Go on with: --after ${cursor}\n`);
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
});

const addNote = () =>
  database.pool.query(
    `insert into reconciler.audit_log (actor, actor_name, role, face, action, target, why)
     values ('shell:ada', 'ada', 'admin', 'cli', 'note', 'connect_webview:w1', 'while it followed')`,
  );
