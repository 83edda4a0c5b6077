import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Subject } from '../../../src/model/subject.ts';
import { unlinkByHand } from '../../../src/support/links/unlink.ts';
import { clerk, type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { look, owe } from '../../fixtures/reconciler.ts';

/* Unlinked by hand, then connected again through a webview that the app deletes as soon as it has served. */

let hand: HandDesk;
beforeAll(async () => {
  hand = await openHandDesk();
});
afterEach(() => hand.seam.interfere(null));
afterAll(() => hand[Symbol.asyncDispose]());

const query = (sql: string, values: unknown[]) => hand.database.pool.query(sql, values);

test.each([
  ['created from here since', '1 minute', { outcome: 'linked' }],
  ['created from here before', '-1 minute', { outcome: 'left_unlinked' }],
  ['of which nobody knows when it was created', null, { outcome: 'left_unlinked' }],
])('a webview that Seam has no more, %s', async (_which, since, ending) => {
  const { webview, accountId } = await hand.connect({ id: 'ada' });
  await unlinkByHand(hand.desk, clerk('carol'), webview, { why: 'It is a neighbour’s.' });
  const own = await hand.seam.createWebview({ id: 'ada' });
  await hand.seam.completeWebview(own, { email: 'ada@locks.example', accountId });
  await query(
    `insert into reconciler.expected_webviews (connect_webview_id, user_id, created_at)
     select $1, 'ada', now() + $2::interval where $2::interval is not null`,
    [own, since],
  );
  const error = JSON.stringify({ error: { type: 'connect_webview_not_found', message: 'gone' } });
  hand.seam.interfere(path =>
    path === '/connect_webviews/get'
      ? response => response.writeHead(404, { 'content-type': 'application/json' }).end(error)
      : null,
  );
  const subject: Subject = `connect_webview:${own}`;
  await owe(hand.database, subject);
  // As an event has it that names the account with it.
  await query(
    'update reconciler.reconciliations set connected_account_id = $2 where subject = $1',
    [subject, accountId],
  );
  expect(await look(hand.reconciler, subject)).toMatchObject(ending);
});
