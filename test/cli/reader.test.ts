import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAlone } from '../../src/audit-log/record.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { addConnection } from '../fixtures/desk.ts';
import { childEnv } from '../fixtures/processes.ts';
import { SHELL } from '../fixtures/shell.ts';

/* A command whose reader leaves before its end, as `head` does. */

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

type Child = ChildProcessByStdio<null, Readable, Readable>;
const begin = (...args: string[]): Child =>
  spawn(process.execPath, [MAIN, ...args], {
    env: childEnv({ DATABASE_URL: database.url }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
/** @returns its exit code, and what it said */
const ended = async (child: Child): Promise<[number | null, string]> => {
  const [said, [code]] = await Promise.all([
    child.stderr.toArray(),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return [code, Buffer.concat(said).toString()];
};

/** Nobody reads from the start: it hasn't printed anything yet. */
const unread = (...args: string[]) => {
  const child = begin(...args);
  child.stdout.destroy();
  return ended(child);
};

test.each([
  ['a table', ['queue', 'status']],
  ['JSON', ['queue', 'status', '--json']],
  ['an empty list, as JSON', ['list', '--json']],
  ['its help', ['--help']],
])('%s for nobody: it ends without a word, with the exit code of SIGPIPE', async (_what, args) => {
  expect(await unread(...args)).toEqual([141, '']);
});

test('what it was to change is changed all the same', async () => {
  const subject = 'connect_webview:w1';
  await addConnection(database, { subject, reason: 'user_not_found' });
  expect(await unread('retry', 'w1')).toEqual([141, '']);
  const { rows } = await database.pool.query(
    `select action from reconciler.audit_log where target = $1`,
    [subject],
  );
  expect(rows).toEqual([{ action: 'retry' }]);
});

test('a failure keeps its exit code and its sentence', async () => {
  const [code, said] = await unread('show', 'nobody knows this');
  expect(code).toBe(3);
  expect(said).toContain('nobody knows this');
});

test('what follows the audit log ends once its reader has left', async () => {
  const add = (target: string) => recordAlone(database.pool, SHELL, { action: 'sign_in', target });
  await add('operator:1');
  const child = begin('audit-log', '--after', 'start', '--follow');
  await once(createInterface({ input: child.stdout }), 'line');
  child.stdout.destroy();
  const end = ended(child);
  await add('operator:2');
  expect(await end).toEqual([141, '']);
});
