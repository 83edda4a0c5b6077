import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HooksError } from '../../src/endpoints/hooks.ts';
import { arrangeAll } from '../../src/outbox/arranging.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { addEndpoint, sendingsOf } from '../fixtures/endpoints.ts';
import { hookEndpoint, openHooks } from '../fixtures/hooks.ts';
import { until } from '../fixtures/wait.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query('delete from reconciler.endpoints');
  await database.pool.query('delete from reconciler.messages');
});

const none = () => undefined;

/** One message of each of these types, about one connection each. */
const tell = async (...types: readonly string[]): Promise<void> => {
  await database.pool.query(
    `insert into reconciler.outbox (type, about, sequence, data)
     select type, 'connected_account:' || type,
            1 + (select count(*) from reconciler.messages m where m.about = 'connected_account:' || type), '{}'
       from unnest($1::text[]) type`,
    [types],
  );
  await arrangeAll(database.pool);
};
/** `type state` of each that is owed, or was. */
const stands = async (id: number): Promise<string[]> =>
  (await sendingsOf(database.pool, id)).map(
    ({ about, state }) => `${about.replace('connected_account:', '')} ${state}`,
  );
/** As if nobody with these hooks had been heard of for so long. */
const silent = (type: string, time: string) =>
  database.pool.query(
    'update reconciler.hook_sets set heard_at = heard_at - $2::interval where $1 = any(types)',
    [type, time],
  );

test('many processes that start at once have one endpoint', async () => {
  const all = await Promise.all(
    Array.from({ length: 6 }, () => openHooks(database, { 'account.linked': none })),
  );
  const { rows } = await database.pool.query('select name, kind from reconciler.endpoints');
  expect(rows).toEqual([{ name: 'app', kind: 'hook' }]);
  for (const each of all) await each[Symbol.asyncDispose]();
});

test('two deploys side by side: each message goes to one that has a hook for it', async () => {
  const got: string[] = [];
  const by = (who: string) => ({
    hook: ({ type }: { type: string }) => void got.push(`${who} ${type}`),
  });
  const [old, fresh] = [by('old').hook, by('new').hook];
  const first = await openHooks(database, { 'account.linked': old, 'account.unlinked': old });
  const { id } = await hookEndpoint(database);
  await tell('account.deleted');
  await using _fresh = await openHooks(database, {
    'account.linked': fresh,
    'account.deleted': fresh,
  });
  expect((await hookEndpoint(database)).types).toEqual([
    'account.deleted',
    'account.linked',
    'account.unlinked',
  ]);
  await tell('account.deleted', 'account.unlinked');
  await until('all to be told', async () =>
    (await stands(id)).every(each => each.endsWith('delivered')),
  );
  expect(got.toSorted()).toEqual(['new account.deleted', 'old account.unlinked']);

  await first[Symbol.asyncDispose]();
  await tell('account.unlinked');
  // However long ago it was heard of: who starts has not seen for ten minutes that it is gone.
  await silent('account.unlinked', '1 day');
  const hooks = { 'account.linked': fresh, 'account.deleted': fresh };
  await (await openHooks(database, hooks, { times: { sayEveryMs: 10 } }))[Symbol.asyncDispose]();
  expect(await stands(id)).toContain('account.unlinked waiting');
  await using _watching = await openHooks(database, hooks, {
    times: { sayEveryMs: 10, keptMs: 100 },
  });
  await until('it to be owed no more', async () => (await stands(id)).length === 2);
  expect((await hookEndpoint(database)).types).toEqual(['account.deleted', 'account.linked']);
  expect(await stands(id)).toEqual(['account.deleted delivered', 'account.unlinked delivered']);
});

test.each([
  [
    'a type that there is not',
    { 'account.linkd': none },
    'app',
    'no type of message "account.linkd"',
  ],
  ['no function', { 'account.linked': 'hello' }, 'app', 'The hook "account.linked" is no function'],
  ['a name that can’t be', { 'account.linked': none }, 'a\u0000b', 'name of the hooks'],
])('%s is said at the start', async (_, hooks, name, words) => {
  const opening = openHooks(database, hooks as object, { name });
  await expect(opening).rejects.toThrow(HooksError);
  await expect(opening).rejects.toThrow(words);
  expect(await hookEndpoint(database, name.replace('\u0000', ''))).toBeUndefined();
});

test('an endpoint of another kind with that name is left as it is, and said', async () => {
  const { id } = await addEndpoint(database.pool, { target: 'jobs', kind: 'queue' });
  await database.pool.query(`update reconciler.endpoints set name = 'app' where id = $1`, [id]);
  await expect(openHooks(database, { 'account.linked': none })).rejects.toThrow(
    `Endpoint ${id} has the name "app" already, and isn't of hooks`,
  );
  expect(await hookEndpoint(database)).toEqual({
    id,
    kind: 'queue',
    types: null,
    workspaces: null,
  });
});

test('without hooks there is nothing to do', async () => {
  await using _none = await openHooks(database, {});
  expect(await hookEndpoint(database)).toBeUndefined();
});

test('without hooks, what others had is owed for ten minutes, and who comes back hears of what is new', async () => {
  const got: string[] = [];
  const hooks = { 'account.linked': () => void got.push('called') };
  await (await openHooks(database, hooks))[Symbol.asyncDispose]();
  const { id } = await hookEndpoint(database);
  await tell('account.linked');
  // After an outage of all that there is, nobody was heard of: that is no reason to forget anything.
  await silent('account.linked', '1 day');
  const first = await openHooks(database, {}, { times: { forgetEveryMs: 10 } });
  const times = { forgetEveryMs: 10, keptMs: 100 };
  await using _other = await openHooks(database, {}, { name: 'others', times });
  await first[Symbol.asyncDispose]();
  expect(await stands(id)).toEqual(['account.linked waiting']);
  await using _none = await openHooks(database, {}, { times });
  await until('it to be forgotten', async () => (await hookEndpoint(database)).types?.length === 0);
  await until('what waited to be owed no more', async () => (await stands(id)).length === 0);
  await tell('account.linked');
  expect(await stands(id)).toEqual([]);
  await using _back = await openHooks(database, hooks, { times: { sayEveryMs: 10 } });
  expect((await hookEndpoint(database)).types).toEqual(['account.linked']);
  await tell('account.linked');
  await until('that to be told', async () =>
    (await stands(id)).includes('account.linked delivered'),
  );
  expect(got).toEqual(['called']);
});

test('hooks hear of the workspaces that are configured, where all have ids', async () => {
  const open = async (workspaces: readonly (string | null)[], name: string) => {
    await (await openHooks(database, { 'account.linked': none }, { workspaces, name }))[
      Symbol.asyncDispose
    ]();
    return (await hookEndpoint(database, name)).workspaces;
  };
  expect(await open([], 'none')).toBeNull();
  expect(await open([null], 'only')).toBeNull();
  expect(await open(['ws2', 'ws1'], 'two')).toEqual(['ws1', 'ws2']);
  // One more in the code: it is heard of; one that is taken out stays a person's to remove.
  expect(await open(['ws3', 'ws1'], 'two')).toEqual(['ws1', 'ws2', 'ws3']);
  expect(await open(['ws1'], 'two')).toEqual(['ws1', 'ws2', 'ws3']);
  // One that hears of all goes on so.
  expect(await open(['ws1'], 'only')).toBeNull();
  await database.pool.query(
    `insert into reconciler.outbox (type, about, sequence, workspace_id, data)
     values ('account.linked', 'connected_account:a', 1, 'ws1', '{}'),
            ('account.linked', 'connected_account:b', 1, 'theirs', '{}')`,
  );
  await arrangeAll(database.pool);
  expect(await stands((await hookEndpoint(database, 'two')).id)).toEqual(['a waiting']);
  expect(await stands((await hookEndpoint(database, 'only')).id)).toEqual([
    'a waiting',
    'b waiting',
  ]);
});
