import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Db,
  openDatabase,
  prepareDatabase,
} from '../../examples/express-drizzle/src/database.ts';
import { handle } from '../../examples/express-drizzle/src/handle.ts';
import { isHandled, type Message, TYPES } from '../../examples/express-drizzle/src/message.ts';
import { MESSAGE_TYPES } from '../../src/model/message.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

/* What the example does with messages: once in effect, in any order. */

const stack = new AsyncDisposableStack();
let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = stack.use(await createTestDatabase('template0'));
  db = stack.adopt(openDatabase(database.url), each => each.$client.end());
  await prepareDatabase(db, { hasDemoUsers: true });
});
afterAll(() => stack.disposeAsync());

const message = (
  type: Message['type'],
  account: string | null,
  sequence: number,
  more: Partial<Message['data']> = {},
): Message => ({
  type,
  timestamp: new Date().toISOString(),
  data: {
    message_id: randomUUID(),
    about: `connected_account:${account}`,
    sequence,
    user_id: 'ada',
    connected_account_id: account,
    connect_webview_id: null,
    account_type_display_name: 'August',
    state: 'connected',
    ...more,
  },
});

const read = async (sql: string, values: unknown[]): Promise<unknown[]> =>
  (await database.pool.query(sql, values)).rows;
const account = (id: string) =>
  read(
    'select user_id, maker, state, sequence::int from lock_accounts where connected_account_id = $1',
    [id],
  );

test('it handles every type of message that there is, and no other', () => {
  expect([...TYPES].toSorted()).toEqual([...MESSAGE_TYPES].toSorted());
  expect(isHandled({ type: 'endpoint.test' })).toBe(false);
});

test('a message that comes five times at once counts once', async () => {
  const linked = message('account.linked', 'five times', 1, { user_id: 'grace' });
  await Promise.all(Array.from({ length: 5 }, () => handle(db, linked)));
  expect(await read("select text from notices where user_id = 'grace'", [])).toEqual([
    { text: 'Your August account was connected.' },
  ]);
});

test('what comes late or again changes nothing: the latest stands', async () => {
  const linked = message('account.linked', 'late', 1);
  await handle(db, message('account.disconnected', 'late', 2, { state: 'disconnected' }));
  await handle(db, linked);
  await handle(db, linked);
  const stopped = { user_id: 'ada', maker: 'August', state: 'disconnected', sequence: 2 };
  expect(await account('late')).toEqual([stopped]);
});

test('an account that is nobody’s any more keeps its place in the order', async () => {
  const before = { user_id: 'ada' };
  await handle(db, message('account.unlinked', 'gone', 2, { user_id: null, before }));
  await handle(db, message('account.linked', 'gone', 1));
  expect(await account('gone')).toMatchObject([{ user_id: null, sequence: 2 }]);
});

test('what isn’t known of an account leaves what is', async () => {
  await handle(db, message('account.linked', 'known', 1));
  const {
    account_type_display_name: _,
    state: __,
    ...bare
  } = message('account.relinked', 'known', 2).data;
  await handle(db, { ...message('account.relinked', 'known', 2), data: bare });
  expect(await account('known')).toMatchObject([{ maker: 'August', state: 'connected' }]);
});

test('an attempt that led to an account is not undone by a login that failed before', async () => {
  const webview = randomUUID();
  await read(
    `insert into connect_attempts (id, user_id, connect_webview_id) values ($1, 'ada', $2)`,
    [randomUUID(), webview],
  );
  const outcome = () =>
    read('select outcome from connect_attempts where connect_webview_id = $1', [webview]);
  const about = `connect_webview:${webview}`;
  const failed = message('webview.login_failed', null, 1, { connect_webview_id: webview, about });
  await handle(db, failed);
  expect(await outcome()).toEqual([{ outcome: 'login_failed' }]);
  await handle(db, message('account.linked', 'of it', 1, { connect_webview_id: webview }));
  await handle(
    db,
    message('webview.login_failed', null, 2, { connect_webview_id: webview, about }),
  );
  expect(await outcome()).toEqual([{ outcome: 'connected' }]);
});

test('a message that can’t be handled leaves nothing behind, and counts when it comes again', async () => {
  const linked = message('account.linked', 'again', 1);
  await database.pool.query('alter table notices rename to notices_later');
  await expect(handle(db, linked)).rejects.toThrow();
  expect(await account('again')).toEqual([]);
  await database.pool.query('alter table notices_later rename to notices');
  await handle(db, linked);
  expect(await account('again')).toHaveLength(1);
});
