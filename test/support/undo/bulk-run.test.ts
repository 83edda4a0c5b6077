import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addFailed, bulkDesk, stepOn } from '../../fixtures/bulk.ts';
import { openDesk, type TestDesk } from '../../fixtures/desk.ts';
import { runHere } from '../../fixtures/here.ts';

/* What a run did to many is taken back: what still can be; the rest stays as it is, and is told with its why. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(async () => {
  await desk.database.pool.query(
    'truncate reconciler.reconciliations, reconciler.bulk_runs, reconciler.audit_log, reconciler.assignments cascade',
  );
});

const text = (page: string): string => page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const cli = (...args: string[]) =>
  runHere(['bulk', ...args], { DATABASE_URL: desk.database.url, LOG_LEVEL: 'error' });
const standing = async (): Promise<Record<string, number>> => {
  const { rows } = await desk.database.pool.query(
    'select state, count(*)::int as number from reconciler.reconciliations group by 1',
  );
  return Object.fromEntries(rows.map(({ state, number }) => [state, number]));
};

/** Planned, started and carried out. @returns its number */
const done = async (number: number, body: object): Promise<number> => {
  await addFailed(desk.database, number);
  const planned = await desk.call('on-call', 'POST', '/bulk-runs', {
    body: { filter: { state: 'failed' }, why: 'The tenant left.', ...body },
  });
  const { id } = planned.body as { id: number };
  await desk.call('on-call', 'POST', `/bulk-runs/${id}/start`, { body: {} });
  // The second one finds that all are in.
  for (let step = 0; step < 3; step++) await stepOn(bulkDesk(desk.database));
  return id;
};

test('in the console: previewed, then undone where nobody was there since', async () => {
  const id = await done(3, { action: 'dismiss' });
  const { support, admin, viewer } = desk.clerks;
  await admin.post('/support/connections/connect_webview%3Aw1/reopen');
  const run = await support.get(`/support/bulk-runs/${id}`);
  expect(run.text).toContain(`href="/support/bulk-runs/${id}/undo"`);
  const preview = await support.get(`/support/bulk-runs/${id}/undo`);
  expect(text(preview.text)).toContain('Undo the dismissal of 3?');
  expect(text(preview.text)).toContain('2 connections of these 3 can be put back');
  expect(text(preview.text)).toContain('1 connection: Since then a admin reopened it.');
  expect(await standing()).toEqual({ dismissed: 2, failed: 1 });
  expect((await viewer.post(`/support/bulk-runs/${id}/undo`)).status).toBe(403);
  const undone = await support.post(`/support/bulk-runs/${id}/undo`, { after: '0' });
  expect(text(undone.text)).toContain('Undone: 2 connections. 1 connection stays as it is.');
  expect(await standing()).toEqual({ failed: 3 });
  const after = await desk.call('support', 'GET', `/bulk-runs/${id}/undo`);
  expect(after.body).toMatchObject({
    undoable: 0,
    not_undoable: expect.arrayContaining([
      { subject: 'connect_webview:w2', why: 'It was already undone, by a support.' },
    ]),
  });
});

test('through the API and by command, as a dry run first', async () => {
  const { rows } = await desk.database.pool.query(
    `select id::int from reconciler.operators where role = 'admin' limit 1`,
  );
  const id = await done(2, { action: 'assign', given: { operator_id: rows[0].id } });
  const dry = await cli('undo', String(id), '--dry-run');
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('2 can be undone') });
  const answer = await desk.call('support', 'POST', `/bulk-runs/${id}/undo`, { body: {} });
  expect(answer).toMatchObject({
    status: 200,
    body: { action: 'assign', undone: 2, not_undone: [], next_after: null },
  });
  const left = await desk.database.pool.query(
    'select count(*)::int as number from reconciler.assignments where operator_id is not null',
  );
  expect(left.rows).toEqual([{ number: 0 }]);
  const again = await cli('undo', String(id), '--json');
  expect(again.code).toBe(4);
  expect(JSON.parse(again.stdout)).toMatchObject({ undone: 0, not_undone: [{}, {}] });
});

test('a large one part by part, by who may start such a one', async () => {
  const id = await done(101, { action: 'dismiss' });
  expect((await desk.call('support', 'POST', `/bulk-runs/${id}/undo`, { body: {} })).status).toBe(
    403,
  );
  const first = await desk.clerks['on-call'].get(`/support/bulk-runs/${id}/undo`);
  expect(text(first.text)).toContain('These are the next 100 of 101 connections.');
  expect((await cli('undo', String(id))).stdout).toContain('101 undone, 0 stay as they are.');
  expect(await standing()).toEqual({ failed: 101 });
});

test('what can’t be undone is refused, and says so', async () => {
  const noted = await done(1, { action: 'note', given: { note: 'Called.' } });
  const refused = await desk.call('support', 'GET', `/bulk-runs/${noted}/undo`);
  expect(refused.status).toBe(409);
  expect(JSON.stringify(refused.body)).toContain('Notes stay as they are');
  const page = await desk.clerks.support.get(`/support/bulk-runs/${noted}`);
  expect(page.text).not.toContain('/undo"');
  await desk.database.pool.query('update reconciler.bulk_runs set finished_at = null');
  await desk.database.pool.query(`update reconciler.bulk_runs set action = 'dismiss'`);
  const running = await desk.call('support', 'GET', `/bulk-runs/${noted}/undo`);
  expect(JSON.stringify(running.body)).toContain('isn’t finished');
});
