import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDesk, type TestDesk } from '../../fixtures/desk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

const filter = { state: 'failed', since: '24h' };

test('a filter is kept under a name, on the list and at home, for this operator alone', async () => {
  const { viewer, support } = desk.clerks;
  const saved = await viewer.post('/support/views', { name: ' Failed <today> ', ...filter });
  expect(saved.url).toBe('/support/connections?state=failed&since=24h');
  expect(saved.text).toContain('View “Failed &lt;today&gt;” saved.');
  const link = '<a href="/support/connections?state=failed&amp;since=24h">Failed &lt;today&gt;</a>';
  for (const path of ['/support', '/support/connections']) {
    expect((await viewer.get(path)).text).toContain(link);
    expect((await support.get(path)).text).not.toContain('Failed &lt;today&gt;');
  }
});

test('a name that is taken is refused, with the form and what was typed; the same again is not', async () => {
  const { support } = desk.clerks;
  expect((await support.post('/support/views', { name: 'Mine', ...filter })).status).toBe(200);
  expect((await support.post('/support/views', { name: 'Mine', ...filter })).status).toBe(200);
  const taken = await support.post('/support/views', { name: 'Mine', state: 'open' });
  expect(taken.status).toBe(422);
  expect(taken.text).toContain('You already have a view called “Mine”.');
  expect(taken.text).toMatch(/id="view-name" name="name" value="Mine"[^>]*aria-invalid="true"/);
  const { rows } = await desk.database.pool.query(
    `select query from reconciler.saved_views where name = 'Mine'`,
  );
  expect(rows).toEqual([{ query: 'state=failed&since=24h' }]);
});

test.each([
  { name: ' ' },
  { name: 'x'.repeat(61) },
  { name: 'a\u0007' },
  { name: 'x', state: 'none' },
])('what can be no view is refused: %j', async fields => {
  const { status, text } = await desk.clerks.support.post('/support/views', fields);
  expect(status).toBe(422);
  expect(text).toContain('role="alert"');
});

test('two at once are one', async () => {
  const { admin } = desk.clerks;
  const both = [1, 2].map(() => admin.post('/support/views', { name: 'Twice', ...filter }));
  expect((await Promise.all(both)).map(shown => shown.status)).toEqual([200, 200]);
  const { rows } = await desk.database.pool.query(
    `select from reconciler.saved_views where name = 'Twice'`,
  );
  expect(rows).toHaveLength(1);
});

test('a view is deleted by whose it is, and by nobody else', async () => {
  const { support } = desk.clerks;
  await support.post('/support/views', { name: 'Gone', ...filter });
  const { rows } = await desk.database.pool.query<{ id: string }>(
    `select id from reconciler.saved_views where name = 'Gone'`,
  );
  const path = `/support/views/${rows[0]?.id}/delete`;
  expect((await desk.clerks.admin.post(path)).status).toBe(404);
  const deleted = await support.post(path);
  expect(deleted.text).toContain('View “Gone” deleted.');
  expect(deleted.text).not.toContain('>Gone</a>');
});
