import { afterAll, beforeAll, expect, test } from 'vitest';
import { addConnection, DESK_CONFIG, openDesk, type TestDesk } from '../../fixtures/desk.ts';

/* The app's own table of users changes without us: what we know ourselves must be found all the same. */

const SUBJECT = 'connect_webview:w1';
let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk({ users: { ...DESK_CONFIG.users, nameColumn: 'renamed_since' } });
  await addConnection(desk.database, {
    subject: SUBJECT,
    reason: 'user_not_found',
    claimedUserId: 'ada',
  });
});
afterAll(() => desk[Symbol.asyncDispose]());

test.each([
  '/support/connections',
  '/support/search?q=ada',
  `/support/connections/${SUBJECT}`,
  '/support/connections.csv',
])('%s is shown without the names of users', async path => {
  const { status, text } = await desk.clerks.support.get(path);
  expect(status).toBe(200);
  expect(text).toContain(SUBJECT);
});

test('a search says that the users were not searched', async () => {
  const { text } = await desk.clerks.support.get('/support/search?q=somebody');
  expect(text).toContain('couldn’t be searched just now');
});
