import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginComparison, readFindings } from '../../../src/drift/records.ts';
import { walk } from '../../../src/drift/walk.ts';
import { broughtByWebhook } from '../../../src/inbox/deliveries.ts';
import { erasePerson } from '../../../src/support/erasure/erase.ts';
import { verifyStored } from '../../../src/support/setup/verify.ts';
import { type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { whereStands } from '../../fixtures/dump.ts';
import { connectAs, type Lived, somebody, takeInEvents } from '../../fixtures/life.ts';
import { SECRET } from '../../fixtures/settings.ts';
import { SHELL } from '../../fixtures/shell.ts';

const WHO = somebody('zz8p');
const forever = new AbortController().signal;
const OF_THE_APP = ['users.email', 'users.id', 'users.name'];

let site: HandDesk;
let lived: Lived;
let pseudonym: string;

beforeAll(async () => {
  site = await openHandDesk();
  lived = await connectAs(site, WHO);
  // The app still has the user, and Seam still shows the account: what is worst.
  const order = { userId: WHO.userId, why: 'they asked' };
  ({ pseudonym } = await erasePerson(site.desk, SHELL, order, forever));
});
afterAll(() => site[Symbol.asyncDispose]());

const left = () => whereStands(site.database.pool, WHO.mark);

test('a link stays, under the pseudonym', async () => {
  expect(await site.shown(lived.webview)).toMatchObject({ state: 'linked', user: pseudonym });
  expect(await site.history(lived.accountId)).toEqual([{ user: pseudonym, because: null }]);
});

test('the evidence says of itself that it was erased', async () => {
  const id = String(lived.events[0]?.event_id);
  expect(await verifyStored(site.database.pool, [SECRET], id)).toMatchObject({ result: 'erased' });
});

test('what is sent again, or found by a backfill, is not stored again', async () => {
  await takeInEvents(site, lived.events);
  await takeInEvents(site, lived.events, { signed: false });
  expect(await left()).toEqual(OF_THE_APP);
  const { rowCount } = await site.database.pool.query(
    'select from reconciler.conflicting_deliveries',
  );
  expect(rowCount).toBe(0);
  const ids = lived.events.map(event => String(event.event_id));
  expect((await broughtByWebhook(site.database.pool, ids, null)).size).toBe(ids.length);
});

test('a check brings nothing back, of the webview or of the account', async () => {
  for (const subject of [lived.webview, lived.account]) {
    expect(await site.news(subject)).toMatchObject({ outcome: 'kept' });
  }
  expect(await left()).toEqual(OF_THE_APP);
  expect(await site.shown(lived.webview)).toMatchObject({ state: 'linked', user: pseudonym });
});

test('a comparison with Seam finds it right, and writes nothing of it down', async () => {
  const workspaces = [{ id: null, name: null, seam: site.reconciler.seam }];
  const begun = await beginComparison(site.database.pool);
  const comparer = { ...site.reconciler, workspaces, mostGonePercent: 10 };
  const { counts } = await walk(comparer, begun, () => undefined, forever);
  expect(counts).toEqual({ erased: 1 });
  expect((await Array.fromAsync(readFindings(site.database.pool, begun.id))).flat()).toEqual([]);
  expect(await left()).toEqual(OF_THE_APP);
});

test('that the account is gone at Seam is noted as ever', async () => {
  const other = somebody('yy7s');
  const own = await connectAs(site, other);
  await erasePerson(site.desk, SHELL, { userId: other.userId, why: 'they asked' }, forever);
  await takeInEvents(site, (await site.seam.changeAccount(own.accountId, 'delete')) as never);
  expect(await site.news(own.account)).toMatchObject({ outcome: 'account_deleted' });
  expect(await site.history(own.accountId)).toMatchObject([{ because: 'account_deleted' }]);
});

test('an event that is new is news: what Seam shows from then on is stored', async () => {
  const { accountId } = await site.connect({ id: 'ada' }, lived.accountId);
  const event = site.seam.event('connected_account.connected', {
    connected_account_id: accountId,
    connected_account_custom_metadata: { id: 'ada' },
  });
  await takeInEvents(site, [event as never]);
  expect(await site.news(lived.account)).toMatchObject({ outcome: 'relinked' });
  expect(await site.history(accountId)).toEqual([
    { user: pseudonym, because: 'relinked' },
    { user: 'ada', because: null },
  ]);
  const { rows } = await site.database.pool.query(
    `select custom_metadata, erased_at from reconciler.connected_accounts where connected_account_id = $1`,
    [accountId],
  );
  expect(rows).toEqual([{ custom_metadata: { id: 'ada' }, erased_at: null }]);
  // And once more, when that event is long gone.
  await site.database.pool.query('delete from reconciler.deliveries where event_id = $1', [
    event.event_id,
  ]);
  expect(await site.news(lived.account)).toMatchObject({ outcome: 'already_linked' });
});
