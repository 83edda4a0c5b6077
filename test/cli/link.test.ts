import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { addConnection } from '../fixtures/desk.ts';
import { runHere } from '../fixtures/here.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`insert into reconciler.users (id) values ('ada'), ('bob')`);
});
afterAll(() => database[Symbol.asyncDispose]());

const cli = (...args: string[]) => runHere(args, { DATABASE_URL: database.url });
const link = (id: string, user: string, ...more: string[]) =>
  cli('link', id, '--user', user, '--why', 'ticket 4711', ...more);
const add = (webviewId: string, accountId: string | null, claimedUserId: string | null = null) =>
  addConnection(database, {
    subject: `connect_webview:${webviewId}`,
    accountId,
    claimedUserId,
    reason: accountId === null ? 'webview_pending' : 'metadata_id_missing',
  });

test('links by any id that leads to the account, says how to take it back, and takes it back', async () => {
  await add('w1', 'a1');
  const linked = await link('a1', 'ada');
  expect(linked).toMatchObject({ code: 0, stderr: '' });
  expect(linked.stdout).toMatch(/^a1: linked to ada by hand \(not linked before\)/);
  const number = /undo-link (\d+)/.exec(linked.stdout)?.[1] ?? '';
  const shown = await cli('show', 'w1', '--json');
  expect(JSON.parse(shown.stdout).matches).toMatchObject([
    { state: 'pending', user_id: 'ada', linked_by: 'person' },
  ]);
  expect((await cli('show', 'w1')).stdout).toContain('The link was made by hand');
  expect((await cli('list')).stdout).toContain('ada (by hand)');
  const undone = await cli('undo-link', number);
  expect(undone).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('no longer linked'),
  });
  expect(await cli('undo-link', number)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('already undone'),
  });
});

test('a dry run changes nothing', async () => {
  await add('w2', 'a2');
  const tried = await link('w2', 'ada', '--dry-run', '--json');
  expect(tried.code).toBe(0);
  expect(JSON.parse(tried.stdout)).toMatchObject({ user_id: 'ada', audit_id: null, dry_run: true });
  const { stdout } = await cli('show', 'w2', '--json');
  expect(JSON.parse(stdout).matches).toMatchObject([{ state: 'failed', user_id: null }]);
});

test('an id that leads to several accounts is refused, with the list', async () => {
  await add('w3', 'a3', 'two_locks');
  await add('w4', 'a4', 'two_locks');
  const refused = await link('two_locks', 'ada');
  expect(refused).toMatchObject({ code: 4, stdout: '' });
  expect(refused.stderr).toMatch(/leads to 2 accounts.*a[34], a[34]/);
});

test.each([
  ['nothing', 'unheard_of', 'ada', 3, 'No match'],
  ['no account yet', 'w5', 'ada', 4, 'Ask the user to finish it'],
  ['nobody', 'w6', 'nobody', 2, "None of our users has the id 'nobody'"],
])('%s: the exit code and the sentence say so', async (_what, id, user, code, sentence) => {
  if (id === 'w5') await add('w5', null);
  if (id === 'w6') await add('w6', 'a6');
  expect(await link(id, user)).toMatchObject({ code, stderr: expect.stringContaining(sentence) });
});

test('without a note, or with no number, it is a fault of usage', async () => {
  expect(await cli('link', 'w1', '--user', 'ada')).toMatchObject({ code: 2 });
  expect(await cli('undo-link', 'one')).toMatchObject({ code: 2 });
  expect(await cli('undo-link', '999999')).toMatchObject({ code: 3 });
});

test('unlinks, says how long that stays and how to take it back, and takes it back', async () => {
  await add('w7', 'a7');
  await link('a7', 'ada');
  const unlink = (...more: string[]) => cli('unlink', 'a7', '--why', 'not hers', ...more);
  const tried = await unlink('--dry-run');
  expect(tried).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('its link to ada would end'),
  });
  expect(await unlink('--user', 'bob')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('now linked to ada'),
  });
  const unlinked = await unlink('--user', 'ada');
  expect(unlinked).toMatchObject({ code: 0, stderr: '' });
  expect(unlinked.stdout).toMatch(
    /^a7: unlinked from ada by hand[\s\S]*A retry doesn’t change that/,
  );
  const number = /undo-link (\d+)/.exec(unlinked.stdout)?.[1] ?? '';
  const shown = await cli('show', 'w7', '--json');
  expect(JSON.parse(shown.stdout).matches).toMatchObject([
    { user_id: null, linked_by: null, unlinked: { user_id: 'ada', why: 'not hers' } },
  ]);
  expect((await cli('show', 'w7')).stdout).toMatch(
    /Unlinked by hand \(from ada\) by .* at .*: not hers\n.*undo-link \d+/,
  );
  expect(await unlink()).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("isn't linked"),
  });
  expect(await cli('undo-link', number)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('a7: the unlinking was undone; it is linked to ada again.'),
  });
  const again = JSON.parse((await unlink('--json')).stdout);
  expect(again).toMatchObject({ former_user_id: 'ada', dry_run: false });
  expect(await cli('unlink', 'a7')).toMatchObject({ code: 2 });
});
