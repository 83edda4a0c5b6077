import { afterAll, beforeAll, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../../fixtures/desk.ts';

/* Whose a connection is, and whom its metadata names, are two questions. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  const { database } = desk;
  await addConnection(database, {
    subject: 'connected_account:moved',
    state: 'linked',
    accountId: 'moved',
    claimedUserId: 'ada',
  });
  await addConnection(database, { subject: 'connect_webview:lost', claimedUserId: 'ada' });
  await database.pool.query(
    `insert into reconciler.links (connected_account_id, user_id, linked_by_run, unlinked_at)
     values ('moved', 'ada', 1, now()), ('moved', 'grace', 1, null)`,
  );
});
afterAll(() => desk[Symbol.asyncDispose]());

const subjects = async (filter: string): Promise<string[]> => {
  const { body } = await desk.call('support', 'GET', `/connections?${filter}`);
  return (body as { connections: { subject: string }[] }).connections
    .map(({ subject }) => subject)
    .toSorted();
};
const savedQuery = async (): Promise<string[]> => {
  const { rows } = await desk.database.pool.query(
    'select query from reconciler.saved_views order by id',
  );
  return rows.map(({ query }) => query);
};

test('a list is of whose they are now, or of whom the metadata name', async () => {
  expect(await subjects('user=grace')).toEqual(['connected_account:moved']);
  expect(await subjects('user=ada')).toEqual([]);
  expect(await subjects('named=ada')).toEqual(['connect_webview:lost', 'connected_account:moved']);
  expect(await subjects('named=ada&user=grace')).toEqual(['connected_account:moved']);
});

test('a view that was saved before goes on to mean what it said', async () => {
  const { support } = desk.clerks;
  const { rows } = await desk.database.pool.query(
    `insert into reconciler.saved_views (operator_id, name, query)
     select id, 'of before', 'state=failed&user=ada' from reconciler.operators where role = 'support'
     returning id`,
  );
  expect(rows).toHaveLength(1);
  const { text } = await support.get('/support/connections');
  expect(text).toContain('/support/connections?state=failed&amp;named=ada');
});

test('a view that is saved now is kept so that an older version reads no other meaning into it', async () => {
  const { support } = desk.clerks;
  await support.post('/support/views', { name: 'hers', user: 'grace', named: 'ada' });
  expect((await savedQuery()).at(-1)).toBe('linked_user=grace&user=ada');
  const { text } = await support.get('/support/connections');
  expect(text).toContain('/support/connections?user=grace&amp;named=ada');
});

test('a bulk run is planned for whose they are, and told of in the same words', async () => {
  const { status, body } = await desk.call('support', 'POST', '/bulk-runs', {
    body: { filter: { state: 'linked', user: 'grace' } },
  });
  expect({ status, body }).toMatchObject({
    status: 201,
    body: { query: 'state=linked&user=grace', total: 1 },
  });
  const { rows } = await desk.database.pool.query('select query from reconciler.bulk_runs');
  expect(rows).toEqual([{ query: 'state=linked&linked_user=grace' }]);
});
