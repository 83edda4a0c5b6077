import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byMetadataKey } from '../../src/config/user-identity.ts';
import type { Subject } from '../../src/model/subject.ts';
import { linkProvisionally } from '../../src/reconcile/provisional.ts';
import { linkByHand } from '../../src/support/links/link.ts';
import { clerk, type HandDesk, openHandDesk } from '../fixtures/by-hand.ts';

let hand: HandDesk;
beforeAll(async () => {
  hand = await openHandDesk();
});
afterAll(() => hand[Symbol.asyncDispose]());

const query = (text: string, values: unknown[]) => hand.database.pool.query(text, values);

/** Who says that it is deleted, so many hours ago; what an event tells may have taken place before. */
const announce = {
  'a person': (accountId: string, hoursAgo: number) =>
    query(
      `update reconciler.connected_accounts set deletion_requested_at = now() - $2 * interval '1 h'
        where connected_account_id = $1`,
      [accountId, hoursAgo],
    ),
  Seam: (accountId: string, hoursAgo: number, occurredHoursAgo = hoursAgo) =>
    query(
      `insert into reconciler.deliveries
              (event_id, event_type, subject, body, signature, occurred_at, received_at)
       values ($1, 'connected_account.deleted', 'connected_account:' || $2, '{}', '{}',
               now() - $4 * interval '1 h', now() - $3 * interval '1 h')`,
      [randomUUID(), accountId, hoursAgo, occurredHoursAgo],
    ),
} as const;

const remove = (accountId: string) =>
  hand.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
/** As if Seam had been asked last so many hours ago. */
const readBefore = (accountId: string, hours: number) =>
  query(
    `update reconciler.connected_accounts set read_at = now() - $2 * interval '1 h'
      where connected_account_id = $1`,
    [accountId, hours],
  );
const WHO = ['a person', 'Seam'] as const;

describe.each(WHO)('that an account is deleted, as %s said,', who => {
  test('makes a 404 a deletion, however late, where nobody has seen the account since', async () => {
    const { account, accountId } = await hand.connect({ id: 'ada' });
    await readBefore(accountId, 241);
    await announce[who](accountId, 240);
    remove(accountId);
    expect(await hand.news(account)).toMatchObject({ outcome: 'account_deleted' });
  });

  test('is spent once Seam has shown the account long after: a later 404 is no deletion', async () => {
    const { account, accountId } = await hand.connect({ id: 'ada' });
    await announce[who](accountId, 240);
    expect(await hand.news(account)).toMatchObject({ outcome: 'already_linked' });
    remove(accountId);
    expect(await hand.news(account)).toMatchObject({ reason: 'account_not_found' });
    expect(await hand.shown(account)).toMatchObject({ user: 'ada' });
    // And a new word counts anew.
    await announce[who](accountId, 0);
    expect(await hand.news(account)).toMatchObject({ outcome: 'account_deleted' });
    expect(await hand.shown(account)).toMatchObject({ user: null });
  });

  test('still counts for an hour, though Seam shows the account again: it may lag', async () => {
    const { account, accountId } = await hand.connect({ id: 'ada' });
    await announce[who](accountId, 0.5);
    expect(await hand.news(account)).toMatchObject({ outcome: 'already_linked' });
    remove(accountId);
    expect(await hand.news(account)).toMatchObject({ outcome: 'account_deleted' });
  });

  test('is not spent by an account that Seam shows as being deleted', async () => {
    const { account, accountId } = await hand.connect({ id: 'ada' });
    await readBefore(accountId, 241);
    await announce[who](accountId, 240);
    hand.seam.amend((path, { connected_account: shown }) => {
      if (path !== '/connected_accounts/get') return;
      Object.assign(shown as object, { warnings: [{ warning_code: 'being_deleted' }] });
    });
    const meanwhile = await hand.news(account);
    hand.seam.amend(null);
    expect(meanwhile).toMatchObject({ reason: 'deletion_pending' });
    remove(accountId);
    expect(await hand.news(account)).toMatchObject({ outcome: 'account_deleted' });
  });

  test('forbids a provisional link until it is spent', async () => {
    const { webview, account, accountId } = await hand.connect({ id: 'nobody' });
    await announce[who](accountId, 240);
    await hand.news(account);
    const complete = async () => {
      const eventId = randomUUID();
      const told = {
        event_type: 'connect_webview.login_succeeded',
        connected_account_id: accountId,
        connected_account_custom_metadata: { id: 'ada' },
      };
      await query(
        `with told as (
           insert into reconciler.deliveries (event_id, event_type, subject, body, signature, received_at)
           values ($1, 'connect_webview.login_succeeded', $2, $3, '{"svix-signature":"v1,x"}', clock_timestamp())
         )
         update reconciler.reconciliations
            set generation = generation + 1, state = 'retrying', reason = 'seam_unavailable', unavailable_since = now()
          where subject = $2`,
        [eventId, webview, Buffer.from(JSON.stringify(told))],
      );
      return linkProvisionally({
        pool: hand.database.pool,
        users: hand.desk.users,
        identity: byMetadataKey('id'),
      });
    };
    await readBefore(accountId, 241);
    expect(await complete()).toMatchObject({ linked: 0 });
    await readBefore(accountId, 1);
    expect(await complete()).toMatchObject({ linked: 1 });
  });
});

test('an event of an older life that comes late is no deletion of the account that lives now', async () => {
  const { account, accountId } = await hand.connect({ id: 'ada' });
  await announce.Seam(accountId, 0, 240);
  expect(await hand.news(account)).toMatchObject({ outcome: 'already_linked' });
  remove(accountId);
  expect(await hand.news(account)).toMatchObject({ reason: 'account_not_found' });
});

test('an account that a person had deleted, and that Seam keeps, can be linked by hand again', async () => {
  const { webview, account, accountId } = await hand.connect({ id: 'nobody' });
  const link = (subject: Subject) =>
    linkByHand(hand.desk, clerk('carol'), subject, { userId: 'ada', why: 'Seam keeps it' });
  await announce['a person'](accountId, 0);
  await expect(link(webview)).rejects.toMatchObject({ fault: 'refused' });
  await announce['a person'](accountId, 240);
  await readBefore(accountId, 241);
  await expect(link(webview)).rejects.toMatchObject({ fault: 'refused' });
  await hand.news(account);
  await link(webview);
  expect(await hand.shown(webview)).toMatchObject({ user: 'ada', by: 'person' });
  expect(await hand.news(webview)).toMatchObject({ outcome: 'kept' });
});
