import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { addConnection } from '../../fixtures/desk.ts';
import { addAccount } from '../../fixtures/finding.ts';
import { runHere } from '../../fixtures/here.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await addConnection(database, {
    subject: 'connect_webview:w1',
    reason: 'user_not_found',
    accountId: 'a1',
    claimedUserId: 'ada',
    updatedAt: new Date('2026-11-22T14:00:00Z'),
  });
  await addAccount(database, { id: 'a1', email: 'front\tdoor@locks.example' });
  for (const n of [2, 3]) {
    await addConnection(database, { subject: `connect_webview:w${n}`, state: 'linked' });
  }
});
afterAll(() => database[Symbol.asyncDispose]());

const run = (...args: string[]) => runHere(args, { DATABASE_URL: database.url });

describe('find', () => {
  test('prints a table of what an id or e-mail leads to', async () => {
    const { code, stdout } = await run('find', ' A1 ');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^STATE\s+SUBJECT\s+ACCOUNT/);
    expect(stdout).toMatch(
      /failed\s+connect_webview:w1\s+August .* a1\s+connected\s+ada \(not linked\)/,
    );
  });

  test('--plain prints lines with tabs for other programs, none of which comes from outside', async () => {
    const { stdout } = await run('find', 'ada', '--plain');
    expect(stdout.split('\t')).toEqual([
      'failed',
      'user_not_found',
      'connect_webview:w1',
      'ada',
      'w1',
      'a1',
      'front�door@locks.example',
      '2026-11-22T14:00:00.000Z\n',
    ]);
  });

  test('what leads nowhere exits 3, what can be no id exits 2', async () => {
    const nothing = await run('find', 'nope');
    expect(nothing).toMatchObject({ code: 3, stdout: '' });
    expect(nothing.stderr).toBe(
      "No match for 'nope'. Check for a typo, or search by connected account id.\n",
    );
    const tooLong = await run('find', 'x'.repeat(4_001), '--json');
    expect(tooLong).toMatchObject({ code: 2, stdout: '' });
    expect(tooLong.stderr).toContain('too long');
  });
});

describe('list', () => {
  test('takes the filters of the page', async () => {
    const { stdout } = await run(
      'list',
      '--state',
      'open',
      '--named',
      'ada',
      '--until',
      '2026-11-22T15:00',
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      reconciliations: [{ subject: 'connect_webview:w1', account_type: 'August' }],
      more: false,
      next_cursor: null,
      count: 1,
    });
  });

  test('goes on where a list before has ended', async () => {
    const first = await run('list', '--state', 'settled', '--limit', '1', '--plain');
    const cursor = /--cursor (\S+)/.exec(first.stderr)?.[1] ?? '';
    const second = await run(
      'list',
      '--state',
      'settled',
      '--limit',
      '1',
      '--cursor',
      cursor,
      '--plain',
    );
    expect(second.stderr).toBe('');
    const subjects = [first, second].map(({ stdout }) => stdout.split('\t')[2]);
    expect(subjects.toSorted()).toEqual(['connect_webview:w2', 'connect_webview:w3']);
  });

  test('a filter that can’t be is refused in words', async () => {
    const { code, stderr } = await run('list', '--since', 'yesterday');
    expect(code).toBe(2);
    expect(stderr).toContain('"since" must be a time');
  });
});
