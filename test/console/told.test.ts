import { afterAll, beforeAll, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { insertRows } from '../fixtures/site/insert.ts';

const CASE = `/support/connections/${encodeURIComponent('connected_account:a1')}`;

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  const accountId = 'a1';
  await addConnection(desk.database, {
    subject: 'connected_account:a1',
    state: 'linked',
    accountId,
  });
});
afterAll(() => desk[Symbol.asyncDispose]());

const told = async (role: 'support' | 'viewer'): Promise<string> => {
  const { text } = await desk.clerks[role].get(CASE);
  return text.slice(text.indexOf('id="case-told"'), text.indexOf('id="case-history"'));
};

test('what the app was told of a connection is there with how it stands, and is sent again by hand', async () => {
  const { pool } = desk.database;
  expect(await told('viewer')).toContain('No endpoint is set up');
  await insertRows(pool, 'endpoints', [
    {
      name: 'Billing <b>',
      kind: 'http',
      target: 'https://app.example/hook',
      per_second: 50,
      created_by: 'an admin',
      created_at: new Date().toISOString(),
      failures: 0,
    },
  ]);
  expect(await told('viewer')).toContain('nothing has happened that it needs to know');
  const link = { connected_account_id: 'a1', linked_by_run: 1 };
  await insertRows(pool, 'links', [{ ...link, user_id: 'ada' }]);
  await pool.query(
    `update reconciler.links set unlinked_at = now(), unlinked_because = 'unlinked_by_hand'`,
  );
  const waiting = await told('support');
  expect(waiting).toContain('Linked to ada');
  expect(waiting).toContain('No longer linked to ada: someone unlinked it by hand');
  expect(waiting).toContain('Billing &lt;b&gt;');
  expect(waiting).toContain('in order: first “Linked to ada” (no. 1)');
  expect(waiting).not.toContain('Send again');

  await pool.query(`update reconciler.sendings set state = 'delivered', finished_at = now()`);
  await pool.query(
    `insert into reconciler.send_attempts (endpoint_id, position, duration_ms, status, answer)
     select endpoint_id, position, 41, 200, '<i>of ada</i>' from reconciler.sendings`,
  );
  const delivered = await told('support');
  expect(delivered).toMatch(/Delivered<\/span> <time [^>]*>[^<]*<\/time>, in 41 ms \(200\)/);
  expect(delivered).toContain('&lt;i&gt;of ada&lt;/i&gt;');
  const seen = await told('viewer');
  expect(seen).toContain('in 41 ms (200)');
  expect(seen).not.toContain('of ada&lt;');
  expect(seen).toContain('requires the role support');

  const [, message = ''] = /name="message" value="([^"]+)"/.exec(delivered) ?? [];
  const [, endpoint = ''] = /name="endpoint" value="(\d+)"/.exec(delivered) ?? [];
  const fields = { message, endpoint };
  expect((await desk.clerks.viewer.post(`${CASE}/send-again`, fields)).status).toBe(403);
  const sent = await desk.clerks.support.post(`${CASE}/send-again`, fields);
  expect(sent.text).toContain('To be sent again, in a moment.');
  expect(sent.text).toContain('sent a message again');
  expect(await told('support')).toContain('its turn comes in a moment');
});
