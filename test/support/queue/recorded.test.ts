import { expect, test } from 'vitest';
import { pruneByHand } from '../../../src/support/queue/prune.ts';
import { replay } from '../../../src/support/queue/replay.ts';
import { addConnection } from '../../fixtures/desk.ts';
import { runHere } from '../../fixtures/here.ts';
import { openReconciler } from '../../fixtures/reconciler.ts';
import { SECRET } from '../../fixtures/settings.ts';
import { SHELL } from '../../fixtures/shell.ts';

/* Whoever wonders why a thousand connections were looked at again has to find who asked for it. */

test('what a person has done to many is in the audit log, with who and how', async () => {
  await using opened = await openReconciler();
  const { database, seam } = opened;
  await addConnection(database, { subject: 'connect_webview:w', reason: 'user_not_found' });
  const webviewId = await seam.createWebview({ id: 'ada' });
  await seam.completeWebview(webviewId, { email: 'ada@locks.example' });
  const env = {
    DATABASE_URL: database.url,
    SEAM_API_KEY: seam.apiKey,
    SEAM_ENDPOINT: seam.endpoint,
    SEAM_WEBHOOK_SECRET: SECRET,
    OPERATOR_NAME: 'Grace',
  };
  const run = async (...args: string[]): Promise<number> => (await runHere(args, env)).code;
  expect(await run('replay', '--reason', 'user_not_found', '--yes', '--rate', '7')).toBe(0);
  expect(await run('replay', '--reason', 'user_not_found', '--dry-run')).toBe(0);
  expect(await run('prune', '--older-than', '90d')).toBe(0);
  expect(await run('prune', '--older-than', '90d', '--dry-run')).toBe(0);
  expect(await run('audit')).toBe(5);
  expect(await run('audit', '--fix')).toBe(0);
  expect(await run('backfill', '--since', '1h')).toBe(0);
  const { rows } = await database.pool.query(
    'select action, actor_name, face, target, after from reconciler.audit_log order by id',
  );
  const by = { actor_name: 'Grace', face: 'cli' };
  expect(rows).toEqual([
    {
      ...by,
      action: 'replay',
      target: 'queue',
      after: { since: null, until: null, type: null, reason: 'user_not_found', per_second: 7 },
    },
    { ...by, action: 'prune', target: 'deliveries', after: { older_than_days: 90 } },
    { ...by, action: 'fix_audit', target: expect.stringMatching(/^audit:\d+$/), after: null },
    {
      ...by,
      action: 'backfill',
      target: 'events',
      after: { since: expect.any(String), until: expect.any(String) },
    },
  ]);
});

test('who may not, does nothing, and no row says so', async () => {
  await using opened = await openReconciler();
  const { pool } = opened.database;
  const viewer = { ...SHELL, role: 'support' } as const;
  const all = { since: null, until: null, type: null, reason: null };
  await expect(replay(pool, viewer, all, 5)).rejects.toMatchObject({ fault: 'not_allowed' });
  const { signal } = new AbortController();
  await expect(pruneByHand(pool, viewer, 90, signal)).rejects.toMatchObject({
    fault: 'not_allowed',
  });
  const { rows } = await pool.query('select action from reconciler.audit_log');
  expect(rows).toEqual([]);
});
