import { afterAll, beforeAll, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../../fixtures/desk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

const addRun = (subject: string, reason: string | null, minutesAgo: number) =>
  desk.database.pool.query(
    `insert into reconciler.runs (subject, generation, trigger, started_at, finished_at, outcome, reason)
     values ($1, 1, 'delivery', now() - $3 * interval '1 min', now() - $3 * interval '1 min',
             case when $2::text is null then 'linked' else 'failed' end, $2::text)`,
    [subject, reason, minutesAgo],
  );

test('where nothing needs attention it says so, and when the last failure was over', async () => {
  const nothing = await desk.clerks.viewer.get('/support');
  expect(nothing.text).toContain('Nothing needs attention. No failure is on record.');
  const subject = 'connect_webview:over';
  await addConnection(desk.database, { subject, state: 'linked' });
  await addRun(subject, 'user_not_found', 30);
  await addRun(subject, null, 20);
  await addRun(subject, null, 10);
  const { rows } = await desk.database.pool.query<{ at: Date }>(
    `select finished_at as at from reconciler.runs where reason is null order by id limit 1`,
  );
  const { text } = await desk.clerks.viewer.get('/support');
  expect(text).toMatch(/Nothing needs attention\. The last failure was settled at\s*<time/);
  expect(text).toContain(`<time datetime="${rows[0]?.at.toISOString()}">`);
});

test('each reason is one row: how many, how many people, the oldest, the last day, where to', async () => {
  const { database } = desk;
  const oldest = new Date(Date.now() - 3 * 3_600_000);
  for (const [n, claimedUserId] of ['ada', 'ada', 'bob', null].entries()) {
    const subject = `connect_webview:w${n}`;
    const updatedAt = n === 0 ? oldest : new Date();
    await addConnection(database, { subject, reason: 'user_not_found', claimedUserId, updatedAt });
    await addRun(subject, 'user_not_found', 0);
  }
  await addConnection(database, {
    subject: 'connect_webview:again',
    state: 'retrying',
    reason: 'user_not_found',
  });
  const { body } = await desk.call('viewer', 'GET', '/attention');
  expect(body).toMatchObject({
    rows: [
      {
        state: 'failed',
        reason: 'user_not_found',
        connections: 4,
        connections_is_capped: false,
        people: 3,
        oldest_at: oldest.toISOString(),
      },
      { state: 'retrying', reason: 'user_not_found', connections: 1, people: 1 },
    ],
    last_settled_at: null,
  });
  const [{ failed_runs_by_hour: hours }] = (body as { rows: [{ failed_runs_by_hour: number[] }] })
    .rows;
  expect(hours).toHaveLength(24);
  expect(hours.reduce((sum, each) => sum + each, 0)).toBe(5);

  const { text } = await desk.clerks.viewer.get('/support');
  expect(text).toContain('None of our users has that id.');
  expect(text).toContain(
    '<a class="button whole" href="/support/connections?state=failed&amp;reason=user_not_found">Review 4',
  );
  expect(text).toContain('5 failed runs in the last day');
});

test('what is dismissed and what is settled have their tabs', async () => {
  await addConnection(desk.database, {
    subject: 'connect_webview:dismissed',
    state: 'dismissed',
    reason: 'metadata_id_missing',
  });
  const dismissed = await desk.clerks.viewer.get('/support?tab=dismissed');
  expect(dismissed.text).toContain('state=dismissed&amp;reason=metadata_id_missing">Review 1');
  const settled = await desk.clerks.viewer.get('/support?tab=settled');
  expect(settled.text).toContain(
    '/support/connections?state=linked&amp;standing=working">Review 1',
  );
});

test('a queue that stands still is told at the top, in the words of whoever paused it', async () => {
  await desk.database.pool.query(
    `insert into reconciler.pauses (workspace_id, why, "by") values (null, 'Seam moves <house>', 'Ada')`,
  );
  const { text } = await desk.clerks.viewer.get('/support');
  expect(text).toContain('Ada paused the queue: Seam moves &lt;house&gt;');
});
