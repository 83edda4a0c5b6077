import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../src/access/permissions.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';

/* An e-mail wherever one can come to stand: a users table, an account, metadata, Seam's words, people's words. */

const EMAIL = 'ada.secret@locks.example';
const SUBJECT = 'connect_webview:w1';
const OTHER = 'connect_webview:w2';
const WHY = `She wrote from ${EMAIL}, ticket 4711`;
const at = (...parts: string[]): string => parts.map(encodeURIComponent).join('/');

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  const { pool } = desk.database;
  await pool.query(
    `insert into reconciler.users (id, name, email) values ('ada', $1, $1), ('nobody', $1, $1)`,
    [EMAIL],
  );
  const account = { reason: 'user_not_found', accountId: 'a1', claimedUserId: 'ada' };
  await addConnection(desk.database, { subject: SUBJECT, ...account });
  await addConnection(desk.database, { subject: OTHER, reason: 'webview_pending' });
  const errors = [{ error_code: 'odd', message: `${EMAIL} was refused` }];
  await pool.query(
    `insert into reconciler.connected_accounts
            (connected_account_id, account_type_display_name, display_name, user_identifier,
             custom_metadata, errors, warnings, accepted_capabilities, state, read_by_run)
     values ('a1', 'August', $1, $2, $3, $4, '[]', '[]', 'connected', 1)`,
    [EMAIL, { email: EMAIL }, { contact: EMAIL, api_token: 'hunter-two' }, JSON.stringify(errors)],
  );
  await pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
     values ('e1', 'connected_account.connected', $1, $2, '{}')`,
    [SUBJECT, Buffer.from(JSON.stringify({ who: EMAIL }))],
  );
  await told('POST', `/${at('connections', SUBJECT, 'notes')}`, { text: WHY });
  await told('POST', `/${at('connections', SUBJECT, 'link')}`, { user_id: 'ada', why: WHY });
  await told('POST', `/bulk-runs`, { subjects: [OTHER], why: WHY });
  await told('POST', `/${at('connections', OTHER, 'dismiss')}`, { why: WHY });
  await told('POST', '/queue/pause', { why: WHY });
});
afterAll(() => desk[Symbol.asyncDispose]());

const told = async (method: string, path: string, body: unknown): Promise<void> => {
  const { status, body: answer } = await desk.call('admin', method, path, { body });
  expect(status, JSON.stringify(answer)).toBeLessThan(300);
};

const PAGES = [
  '/support',
  '/support?tab=dismissed',
  '/support/connections',
  '/support/connections.csv',
  `/support/${at('connections', SUBJECT)}`,
  `/support/${at('connections', OTHER)}`,
  `/support/${at('connections', SUBJECT, 'deliveries', 'e1')}`,
  '/support/search?q=ada',
  '/support/search?q=nobody',
  '/support/audit-log',
  '/support/audit-log.csv',
  '/support/queue',
  '/support/queue/now',
  '/support/bulk-runs',
  '/support/bulk-runs/1',
];
test.each(PAGES)('a viewer sees no e-mail on %s', async path => {
  const { status, text } = await desk.clerks.viewer.get(path);
  expect(status).toBe(200);
  expect(text).not.toContain('ada.secret');
});

const CALLS = [
  '/attention',
  '/connections',
  `/${at('connections', SUBJECT)}`,
  `/${at('connections', OTHER)}`,
  `/${at('connections', SUBJECT, 'deliveries', 'e1')}`,
  '/search?q=ada',
  '/search?q=nobody',
  '/audit-log',
  '/queue',
  '/bulk-runs',
  '/bulk-runs/1',
  '/bulk-runs/1/items',
  '/accounts/a1',
];
const answerTo = async (role: Role, path: string): Promise<string> => {
  const { status, body } = await desk.call(role, 'GET', path);
  expect(status).toBe(200);
  return JSON.stringify(body);
};
test.each(CALLS)('a viewer’s token is told no e-mail by %s', async path => {
  expect(await answerTo('viewer', path)).not.toContain('ada.secret');
});

test('support is told all of that, but for what lets somebody in', async () => {
  const quiet = ['/attention', '/bulk-runs/1/items'];
  for (const path of CALLS.filter(each => !quiet.includes(each))) {
    expect(await answerTo('support', path), path).toContain('ada.secret');
  }
  expect(await answerTo('support', '/accounts/a1')).not.toContain('hunter-two');
});
