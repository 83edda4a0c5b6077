import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BulkRun } from '../../../src/support/bulk/read.ts';
import { addFailed, bulkDesk, endLooks, stepOn } from '../../fixtures/bulk.ts';
import { addConnection, openDesk, type TestDesk } from '../../fixtures/desk.ts';
import { runHere } from '../../fixtures/here.ts';
import { until } from '../../fixtures/wait.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(async () => {
  await desk.database.pool.query(
    'truncate reconciler.reconciliations, reconciler.bulk_runs, reconciler.audit_log cascade',
  );
});

const QUERY = 'state=failed&reason=user_not_found';
const idIn = (path: string): number => Number(/\/bulk-runs\/(\d+)/.exec(path)?.[1]);
const text = (page: string): string => page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('the console', () => {
  test('previews, starts, shows how it gets on, and stops', async () => {
    await addFailed(desk.database, 12);
    await addConnection(desk.database, { subject: 'delivery:e1', reason: 'user_not_found' });
    const { support } = desk.clerks;
    const preview = await support.post('/support/bulk-runs/plan', { query: QUERY });
    expect(text(preview.text)).toContain('Retry all 12 matching');
    expect(text(preview.text)).toContain('Needs attention; User not found');
    expect(text(preview.text)).toContain('1 × without a webview or an account');
    expect(preview.text).toContain('Start retry of 12</button>');
    expect(preview.text).toContain('/support/connections/connect_webview%3Aw1');
    const id = idIn(preview.url);

    const started = await support.post(`/support/bulk-runs/${id}/start`, { why: 'ticket 42' });
    expect(text(started.text)).toContain('Started retry of 12.');
    expect(text(started.text)).toContain('ticket 42');
    expect(started.text).toContain('<progress id="progress" max="12" value="0">');

    await stepOn(bulkDesk(desk.database));
    await endLooks(desk.database, { state: 'linked', subject: 'connect_webview:w1' });
    await endLooks(desk.database, {
      state: 'failed',
      reason: 'internal_error',
      subject: 'connect_webview:w2',
    });
    await stepOn(bulkDesk(desk.database));
    const running = await support.get(`/support/bulk-runs/${id}`);
    expect(text(running.text)).toContain('2 of 12 finished (16%)');
    expect(text(running.text)).toMatch(/Needs attention : .* Error on our side/);
    const stopped = await support.post(`/support/bulk-runs/${id}/stop`);
    expect(text(stopped.text)).toContain('stopped by a support');
    const list = await support.get('/support/bulk-runs');
    expect(text(list.text)).toContain(`${id}: retry of 12`);
  });

  test('above 100 the button is disabled and says which role it takes; the server refuses', async () => {
    await addFailed(desk.database, 101);
    const preview = await desk.clerks.support.post('/support/bulk-runs/plan', { query: QUERY });
    expect(preview.text).toMatch(/disabled>Start retry of 101<\/button>/);
    expect(text(preview.text)).toContain('requires the role on-call');
    const path = `/support/bulk-runs/${idIn(preview.url)}/start`;
    expect((await desk.clerks.support.post(path)).status).toBe(403);
    expect((await desk.clerks['on-call'].post(path)).status).toBe(200);
  });

  test('more than 100 by the one id that leads to all of them take that role, too', async () => {
    await addFailed(desk.database, 101);
    await desk.database.pool.query(`update reconciler.reconciliations set claimed_user_id = 'all'`);
    expect((await desk.clerks.support.post('/support/connections/all/retry')).status).toBe(403);
    expect((await desk.call('support', 'POST', '/connections/all/retry')).status).toBe(403);
    const count = `select count(*)::int as asked from reconciler.reconciliations where generation > 1`;
    expect((await desk.database.pool.query(count)).rows).toEqual([{ asked: 0 }]);
    expect((await desk.call('on-call', 'POST', '/connections/all/retry')).status).toBe(202);
    expect((await desk.database.pool.query(count)).rows).toEqual([{ asked: 101 }]);
  });

  test('"Retry 2 selected" starts at once, a double click once; nothing selected says what to do', async () => {
    await addFailed(desk.database, 3);
    const fields = { subject: ['connect_webview:w1', 'connect_webview:w3'], once: 'one-click' };
    const [first, second] = await Promise.all([
      desk.clerks.support.post('/support/bulk-runs/selected', fields),
      desk.clerks.support.post('/support/bulk-runs/selected', fields),
    ]);
    expect([first.status, second.status]).toEqual([200, 200]);
    const { rows } = await desk.database.pool.query(
      'select state, total, query from reconciler.bulk_runs',
    );
    expect(rows).toMatchObject([{ state: 'running', total: 2 }]);
    const none = await desk.clerks.support.post('/support/bulk-runs/selected');
    expect(none.status).toBe(422);
    expect(none.text).toContain('Select at least one connection first');
  });

  test('what can’t be planned is told in words', async () => {
    const { support } = desk.clerks;
    const nothing = await support.post('/support/bulk-runs/plan', { query: QUERY });
    expect([nothing.status, nothing.text]).toEqual([
      409,
      expect.stringContaining('Nothing matches, so there is nothing to retry.'),
    ]);
    const strange = await support.post('/support/bulk-runs/plan', { query: 'state=<b>' });
    expect(strange.status).toBe(422);
    expect((await support.get('/support/bulk-runs/4711')).status).toBe(404);
    expect((await support.get('/support/bulk-runs/x')).status).toBe(404);
    expect(text((await support.get('/support/bulk-runs')).text)).toContain('no bulk runs yet');
  });
});

describe('the API', () => {
  test('plans, starts, tells and stops', async () => {
    await addFailed(desk.database, 3);
    const plan = { filter: { reason: 'user_not_found' }, why: 'imported' };
    const planned = await desk.call('support', 'POST', '/bulk-runs', { body: plan, key: 'k1' });
    expect(planned).toMatchObject({ status: 201, body: { state: 'planned', total: 3 } });
    const again = await desk.call('support', 'POST', '/bulk-runs', { body: plan, key: 'k1' });
    expect(again.body).toEqual(planned.body);
    const { id } = planned.body as BulkRun;
    const start = await desk.call('support', 'POST', `/bulk-runs/${id}/start`, { body: {} });
    expect(start).toMatchObject({
      status: 202,
      body: { state: 'running', started_by: 'a support' },
    });
    const twice = await desk.call('support', 'POST', `/bulk-runs/${id}/start`, { body: {} });
    expect(twice).toMatchObject({ status: 409, body: { error: { type: 'conflict' } } });
    const stop = await desk.call('support', 'POST', `/bulk-runs/${id}/stop`, { body: {} });
    expect(stop.body).toMatchObject({ state: 'stopped', counts: { skipped: 3 } });
    const items = await desk.call('viewer', 'GET', `/bulk-runs/${id}/items?state=skipped&limit=2`);
    expect(items.body).toMatchObject({
      items: [{ position: 1, why: 'stopped by a support' }, { position: 2 }],
      next_after: 2,
    });
    const list = await desk.call('viewer', 'GET', '/bulk-runs?limit=1');
    expect(list.body).toMatchObject({ bulk_runs: [{ id }], next_before: null });
  });

  test('a viewer isn’t told how somebody’s e-mail begins', async () => {
    await addFailed(desk.database, 1);
    await desk.database.pool.query(
      `update reconciler.reconciliations set claimed_user_id = 'ada.lovelace@locks.example'`,
    );
    const body = { filter: { pattern: 'ada.lovelace@' } };
    const planned = await desk.call('support', 'POST', '/bulk-runs', { body });
    const { id, selection } = planned.body as BulkRun;
    expect(selection).toContain('begins ada.lovelace@');
    const seen = (await desk.call('viewer', 'GET', `/bulk-runs/${id}`)).body as BulkRun;
    expect(new URLSearchParams(seen.query).get('pattern')).toBe('a•••@•••');
    expect(seen.selection).toContain('begins •••@•••');
    const page = await desk.clerks.viewer.get(`/support/bulk-runs/${id}`);
    expect(page.text).toContain('begins •••@•••');
    expect(page.text).not.toContain('lovelace');
  });

  test.each([
    { body: {} },
    { body: { filter: {}, subjects: ['x'] } },
    { body: { filter: { colour: 'red' } } },
    { body: { filter: { state: 'nonsense' } } },
    { body: { subjects: [] } },
  ])('refuses $body', async ({ body }) => {
    expect((await desk.call('support', 'POST', '/bulk-runs', { body })).status).toBe(422);
  });
});

describe('the command line', () => {
  const cli = (...args: string[]) =>
    runHere(['bulk', ...args], { DATABASE_URL: desk.database.url, LOG_LEVEL: 'error' });

  test('plan --dry-run stores nothing; plan, start, status, stop', async () => {
    await addFailed(desk.database, 2);
    const dry = await cli('plan', '--reason', 'user_not_found', '--dry-run', '--json');
    expect(JSON.parse(dry.stdout)).toMatchObject({
      dry_run: true,
      total: 2,
      sample: ['connect_webview:w1', 'connect_webview:w2'],
    });
    expect(JSON.parse((await cli('status', '--json')).stdout)).toEqual({ bulk_runs: [] });

    const planned = await cli('plan', '--state', 'failed', '--why', 'imported');
    expect(planned.stdout).toMatch(/^Bulk run \d+: retry of 2, under a minute at 300 a minute\.$/m);
    const id = /Bulk run (\d+)/.exec(planned.stdout)?.[1] ?? '';
    const unsaid = await cli('start', id);
    expect(unsaid).toMatchObject({ code: 4, stdout: '' });
    expect(unsaid.stderr).toContain('Start retry of 2 (Needs attention; under a minute');
    expect(await cli('start', id, '--yes')).toMatchObject({ code: 0 });
    expect(await cli('start', id, '--yes')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('was already started by'),
    });
    expect((await cli('stop', id)).stdout).toContain('2 skipped');
    expect((await cli('status', id)).stdout).toMatch(/connect_webview:w1 +skipped +stopped by/);
  });

  test('start --wait waits for the end, and says with its exit code what came of it', async () => {
    await addFailed(desk.database, 2);
    const bulk = bulkDesk(desk.database);
    const planned = await cli('plan', '--state', 'failed', '--json');
    const ended = cli('start', String(JSON.parse(planned.stdout).id), '--yes', '--wait', '--json');
    await until('both to be asked for', async () => {
      await stepOn(bulk);
      return bulk.requested.length === 2;
    });
    await endLooks(desk.database, { state: 'linked', subject: 'connect_webview:w1' });
    await endLooks(desk.database, { state: 'failed', reason: 'user_not_found' });
    await stepOn(bulk);
    const { code, stdout } = await ended;
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'done',
      counts: { succeeded: 1, failed: 1 },
    });
  });

  test('says with its exit code what stood in the way', async () => {
    expect(await cli('status', '4711')).toMatchObject({ code: 3 });
    expect(await cli('plan', '--state', 'failed')).toMatchObject({ code: 4 });
    expect(await cli('plan', '--state', 'nonsense')).toMatchObject({ code: 2 });
    expect(await cli('start', 'x')).toMatchObject({ code: 2 });
  });
});
