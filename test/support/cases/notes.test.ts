import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../../src/access/permissions.ts';
import { differencesOf } from '../../../src/audit-log/differences.ts';
import { parseAuditFilter, readAuditLog, walkAuditLog } from '../../../src/audit-log/read.ts';
import { addNote, cleanNote, LONGEST_NOTE } from '../../../src/support/cases/notes.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { addConnection } from '../../fixtures/desk.ts';
import { SHELL } from '../../fixtures/shell.ts';

let database: TestDatabase;
const SUBJECT = 'connect_webview:w1';
beforeAll(async () => {
  database = await createTestDatabase();
  await addConnection(database, { subject: SUBJECT });
});
afterAll(() => database[Symbol.asyncDispose]());

describe('a note', () => {
  test('is kept as it was typed, with who and when, and is in the audit log', async () => {
    await addNote(database, SHELL, SUBJECT, '  Called.\r\n\tNo answer. \n');
    const { rows } = await database.pool.query(
      `select n.text, n.by, a.action, a.after from reconciler.notes n
         join reconciler.audit_log a on a.target = n.subject where n.subject = $1`,
      [SUBJECT],
    );
    const text = 'Called.\n No answer.';
    expect(rows).toEqual([{ text, by: SHELL.name, action: 'note', after: { note: text } }]);
  });

  test('that is sent twice is kept once, also where the case is called otherwise by then', async () => {
    const twice = { ...SHELL, idempotencyKey: 'the very form' };
    await addConnection(database, { subject: 'connect_webview:w2' });
    await addNote(database, twice, 'connect_webview:w2', 'Called.');
    await database.pool.query(
      `update reconciler.reconciliations set connected_account_id = 'a2'
        where subject = 'connect_webview:w2'`,
    );
    await expect(addNote(database, twice, 'connect_webview:w2', 'Called.')).rejects.toThrow(
      'already done',
    );
    const { rows } = await database.pool.query(
      `select subject from reconciler.notes where text = 'Called.'`,
    );
    expect(rows).toEqual([{ subject: 'connect_webview:w2' }]);
  });

  test.each([
    ['nothing', ' \n\t '],
    ['too much', 'a'.repeat(LONGEST_NOTE + 1)],
    ['a bell', 'ding\x07'],
    ['half a character', 'x\ud800'],
  ])('%s is refused, with what is wrong', (_, text) => {
    expect(() => cleanNote(text, 'text')).toThrow(
      expect.objectContaining({ fault: 'invalid', faults: { text: expect.any(String) } }),
    );
  });

  test('may be as long as it says, in characters as people count them', () => {
    expect(cleanNote('😀'.repeat(LONGEST_NOTE), 'text')).toHaveLength(2 * LONGEST_NOTE);
  });

  test('by somebody who may not, or on nothing, is not kept', async () => {
    const viewer = { ...SHELL, role: 'viewer' } as const;
    await expect(addNote(database, viewer, SUBJECT, 'x')).rejects.toMatchObject({
      fault: 'not_allowed',
    });
    for (const nothing of ['connect_webview:none', 'nul\0']) {
      await expect(addNote(database, SHELL, nothing, 'x')).rejects.toMatchObject({
        fault: 'not_found',
      });
    }
  });
});

describe('the audit log', () => {
  const DAY_MS = 86_400_000;
  const START = Date.UTC(2025, 0, 1);
  const NONE = { actor: null, action: null, target: null, since: null, until: null };
  beforeAll(async () => {
    await database.pool.query(
      `insert into reconciler.audit_log (at, actor, actor_name, role, face, action, target, before, after)
       select to_timestamp($1::float8 / 1000) + n * interval '1 hour', 'operator:1',
              case when n % 2 = 0 then 'Ada' else 'Bob' end, 'support', 'console',
              case when n % 3 = 0 then 'retry' else 'dismiss' end, 'connected_account:a' || n % 50,
              '{"state": "failed", "email": "ada@locks.example"}', '{"state": "pending"}'
         from generate_series(0, 1199) n`,
      [START],
    );
  });

  test.each([
    ['by whom', { actor: 'Ada' }, 600],
    ['what', { action: 'retry' }, 400],
    ['to which, by its bare id', { target: 'a7' }, 24],
    ['on one day', { since: '2025-01-11', until: '2025-01-12' }, 24],
    [
      'all of these',
      { actor: 'Ada', action: 'retry', since: '2025-01-11', until: '2025-01-12 00:00' },
      4,
    ],
    ['nothing', { actor: 'nobody' }, 0],
  ])('is filtered by %s, newest first, each change once', async (_, fields, count) => {
    const filter = parseAuditFilter({ until: '2026-01-01', ...fields });
    const ids: number[] = [];
    for await (const page of walkAuditLog(database.db, SHELL, filter))
      ids.push(...page.map(({ id }) => id));
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
    expect(ids).toHaveLength(count);
  });

  test('is read on from where a page ended, also while more is being done', async () => {
    const first = await readAuditLog(database.db, SHELL, NONE, { limit: 10 });
    await addNote(database, SHELL, SUBJECT, 'meanwhile');
    const before = first.at(-1)?.id;
    const second = await readAuditLog(database.db, SHELL, NONE, { before, limit: 10 });
    expect(second[0]?.id).toBe((before ?? 0) - 1);
  });

  test.each([
    { since: 'yesterday' },
    { until: '+275760-09-14' },
    { action: 'explode' },
    { target: 'nul\0' },
    { actor: 'x'.repeat(700) },
  ])('%j is refused by the name of its field', fields => {
    expect(() => parseAuditFilter(fields)).toThrow(
      expect.objectContaining({ faults: { [Object.keys(fields)[0] ?? '']: expect.any(String) } }),
    );
  });

  test('times without a zone are UTC, and a day begins at midnight', () => {
    expect(parseAuditFilter({ since: '2025-01-02 03:04' }).since?.getTime()).toBe(
      START + DAY_MS + 184 * 60_000,
    );
  });

  test('tells before and after, without what stayed the same; viewers see no e-mail', async () => {
    const readAs = async (role: Role) => {
      const filter = { ...NONE, actor: 'Ada' };
      const [change] = await readAuditLog(database.db, { role }, filter, { limit: 1 });
      if (change === undefined) throw new Error('none');
      return change;
    };
    expect(differencesOf(await readAs('support'))).toEqual([
      { name: 'email', before: 'ada@locks.example', after: null },
      { name: 'state', before: 'failed', after: 'pending' },
    ]);
    expect(JSON.stringify(await readAs('viewer'))).not.toContain('locks.example');
  });

  test('a day long ago is found by the index of times, not by reading all since', async () => {
    await database.pool.query('analyze reconciler.audit_log');
    const { rows } = await database.pool.query<{ indexname: string }>(
      `select indexname from pg_indexes where indexname = 'audit_log_at_idx'`,
    );
    expect(rows).toHaveLength(1);
  });
});

test('nothing in here changes or deletes what the audit log says, but for what is older than a setting says', () => {
  const src = fileURLToPath(new URL('../../../src', import.meta.url));
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.ts'),
  );
  const changing =
    /(?:update|delete)\(\s*auditLog\s*\)|(?:update|delete\s+from|truncate)\s+(?:table\s+)?(?:only\s+)?(?:reconciler\.)?audit_log\b/i;
  expect(files.filter(file => changing.test(readFileSync(path.join(src, file), 'utf8')))).toEqual([
    'db/functions.ts',
    'db/restored.ts',
  ]);
  expect('delete from reconciler.audit_log').toMatch(changing);
  expect('tx.update(auditLog)').toMatch(changing);
});
