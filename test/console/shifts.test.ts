import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepingList, listedHref } from '../../src/console/pages/shifts/from.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  for (const name of ['a', 'b', 'c']) {
    await addConnection(desk.database, {
      subject: `connected_account:${name}`,
      accountId: name,
      reason: 'user_not_found',
      updatedAt: new Date(`2026-11-2${name.charCodeAt(0) - 96}T10:00:00Z`),
    });
  }
});
afterAll(() => desk[Symbol.asyncDispose]());

const A = '/support/connections/connected_account%3Aa';

test('a case is taken, and given to another, who was not faster', async () => {
  const { support, admin } = desk.clerks;
  const taken = await support.post(`${A}/assign`, { to: 'me', had: '' });
  expect(taken.text).toContain('This case is yours now.');
  expect(taken.text).toContain('You have this case');
  const slower = await admin.post(`${A}/assign`, { to: 'me', had: '' });
  expect(slower.status).toBe(409);
  expect(slower.text).toContain('a support’s by now');
  expect((await support.get('/support/mine')).text).toContain('connected_account%3Aa');
  expect((await admin.get('/support/mine')).text).not.toContain('connected_account%3Aa');
});

test('who has no case reads what that means, and what to do', async () => {
  for (const [tab, said] of [
    ['open', 'no open case is assigned to you'],
    ['snoozed', 'None of your cases is snoozed'],
    ['all', 'No case is assigned to you'],
  ] as const) {
    const { text } = await desk.clerks.viewer.get(`/support/mine?tab=${tab}`);
    expect(text).toContain(said);
    expect(text).not.toContain('No connection matches');
    // It says the same when it refreshes itself.
    expect(text).toContain(`hx-get="/support/mine?tab=${tab}" hx-select="#rows"`);
  }
});

test('a case is named by what happened, and by who and what it is about, where it is given away or put off', async () => {
  const { text } = await desk.clerks.admin.get(A);
  const headline = /<h1>([^<]+)<\/h1>/.exec(text)?.[1] ?? 'no headline';
  for (const form of ['assign', 'snooze', 'dismiss']) {
    const shown = await desk.clerks.admin.get(`${A}/${form}`);
    expect(shown.text).toContain(headline);
  }
});

test('a snooze that can’t be is told of, with what was typed', async () => {
  const fields = { for: 'date', until_when: 'whenever', why: 'They call back.', until_news: 'yes' };
  const { status, text } = await desk.clerks.support.post(`${A}/snooze`, fields);
  expect(status).toBe(422);
  expect(text).toContain('value="whenever"');
  expect(text).toContain('They call back.</textarea>');
});

test('what is snoozed leaves the lists of what is open, and comes back when it is woken', async () => {
  const { support } = desk.clerks;
  const isListed = async (query: string) =>
    (await support.get(`/support/connections?${query}`)).text.includes('connected_account%3Aa');
  const asleep = await support.post(`${A}/snooze`, { for: 'tomorrow', why: 'They call back.' });
  expect(asleep.text).toContain('They call back.');
  expect([await isListed('state=open'), await isListed('snoozed=yes')]).toEqual([false, true]);
  const awake = await support.post(`${A}/wake`);
  expect(awake.text).toContain('Awake: it is in the lists again.');
  expect([await isListed('state=open'), await isListed('snoozed=yes')]).toEqual([true, false]);
});

test('from a list one goes to the next case, and back to the list', async () => {
  const list = new URLSearchParams({ state: 'failed' });
  const place = { subject: 'connected_account:b', updated_at: '2026-11-22T10:00:00.000Z' };
  const { text } = await desk.clerks.viewer.get(listedHref('connected_account:b', list, place));
  expect(text).toMatch(/rel="next" href="[^"]*connected_account%3Aa\?from=state%3Dfailed/);
  expect(text).toMatch(/rel="prev" href="[^"]*connected_account%3Ac\?from=state%3Dfailed/);
  expect(text).toContain('href="/support/connections?state=failed">← Back to the list</a>');
  for (const from of ['state=none', 'state=failed&until=%00', '%00']) {
    const shown = await desk.clerks.viewer.get(`${A}?${new URLSearchParams({ from })}`);
    expect(shown.status).toBe(200);
  }
});

test('a form on a case keeps the list that one came from, and leads nowhere else', () => {
  const referer = `https://desk.example${A}/snooze?from=state%3Dopen&at=x`;
  expect(keepingList(A, referer)).toBe(`${A}?from=state%3Dopen&at=x`);
  for (const [to, from] of [
    ['/support/connections?state=failed', referer],
    [A, 'https://desk.example/support/queue?from=state%3Dopen'],
    [A, 'nowhere'],
    [A, ''],
  ] as const) {
    expect(keepingList(to, from)).toBe(to);
  }
});

test('a view is shared with everybody, and an admin may end that', async () => {
  const { support, viewer, admin } = desk.clerks;
  const save = (name: string, more: Record<string, string> = {}) =>
    support.post('/support/views', { name, state: 'failed', ...more });
  await save('Mornings');
  await save('Of Ada', { user: 'ada@locks.example' });
  await save('Beginning', { pattern: 'ada.lovelace@' });
  const { rows } = await desk.database.pool.query<{ id: string }>(
    'select id from reconciler.saved_views order by id',
  );
  const [mornings, ofAda, beginning] = rows.map(({ id }) => `/support/views/${id}`);
  expect((await viewer.post(`${mornings}/share`)).status).toBe(403);
  expect((await admin.post(`${mornings}/share`)).status).toBe(404);
  await support.post(`${mornings}/share`);
  await support.post(`${ofAda}/share`);
  await support.post(`${beginning}/share`);
  const home = (await viewer.get('/support')).text;
  expect(home).toContain('>Mornings</a> <small>shared by a support</small>');
  // What names a person is nothing for who may not see e-mails.
  expect(home).not.toContain('Of Ada');
  expect(home).not.toContain('ada.lovelace');
  expect((await admin.get('/support')).text).toContain('>Of Ada</a>');
  expect((await viewer.post(`${mornings}/delete`)).status).toBe(404);
  await admin.post(`${mornings}/unshare`);
  expect((await viewer.get('/support')).text).not.toContain('Mornings');
  const told = await desk.database.pool.query(
    `select action, actor_name from reconciler.audit_log where action like '%share_view' order by id`,
  );
  expect(told.rows).toEqual([
    { action: 'share_view', actor_name: 'a support' },
    { action: 'share_view', actor_name: 'a support' },
    { action: 'share_view', actor_name: 'a support' },
    { action: 'unshare_view', actor_name: 'a admin' },
  ]);
});
