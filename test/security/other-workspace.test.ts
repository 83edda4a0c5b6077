import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accountToLink } from '../../src/support/links/lock.ts';
import {
  eventOf,
  type Fields,
  FLATS,
  HOTELS,
  openTwoWorkspaces,
  type TwoWorkspaces,
} from '../fixtures/two-workspaces.ts';

/* Whoever holds the webhook secret of Flats says whatever they like; Hotels' books are Hotels'. */

let house: TwoWorkspaces;
beforeAll(async () => {
  house = await openTwoWorkspaces();
});
afterAll(() => house[Symbol.asyncDispose]());
beforeEach(() => house.clear());

type Connection = Awaited<ReturnType<TwoWorkspaces['connect']>>;

const keysThatAskedFor = (id: string): number =>
  house.seam.calls.filter(call => call.id === id && call.apiKey !== house.keyOf(HOTELS)).length;

const ATTACKS: readonly [string, (of: Connection) => Fields, string][] = [
  [
    'a deletion that names no workspace',
    ({ accountId }) => eventOf('connected_account.deleted', { connected_account_id: accountId }),
    'subject_of_another_workspace',
  ],
  [
    'a deletion as its own',
    ({ accountId }) =>
      eventOf('connected_account.deleted', {
        connected_account_id: accountId,
        workspace_id: FLATS,
      }),
    'subject_of_another_workspace',
  ],
  [
    "a deletion as the owner's",
    ({ accountId }) =>
      eventOf('connected_account.deleted', {
        connected_account_id: accountId,
        workspace_id: HOTELS,
      }),
    'names_another_workspace',
  ],
  [
    'a completion as its own',
    ({ webviewId, accountId }) =>
      eventOf('connect_webview.login_succeeded', {
        connect_webview_id: webviewId,
        connected_account_id: accountId,
        workspace_id: FLATS,
      }),
    'subject_of_another_workspace',
  ],
  [
    'a completion with another account',
    ({ webviewId }) =>
      eventOf('connect_webview.login_succeeded', {
        connect_webview_id: webviewId,
        connected_account_id: randomUUID(),
      }),
    'subject_of_another_workspace',
  ],
  [
    'a disconnection of a workspace that nobody lists',
    ({ accountId }) =>
      eventOf('connected_account.disconnected', {
        connected_account_id: accountId,
        workspace_id: 'zzz',
      }),
    'names_another_workspace',
  ],
  [
    'a request for a new authorization',
    ({ accountId }) =>
      eventOf('connected_account.reauthorization_requested', { connected_account_id: accountId }),
    'subject_of_another_workspace',
  ],
];

describe("of a connection that Seam has shown to Hotels, signed with Flats' secret", () => {
  test.each(ATTACKS)('%s changes nothing, and is kept with its reason', async (_name, say, why) => {
    const connection = await house.connect();
    await house.take(HOTELS, ...connection.events);
    await house.settle();
    const before = await house.stands(connection.webview);
    expect(before).toMatchObject({ state: 'linked', workspace: HOTELS });
    const ofAccount = await house.stands(connection.account);
    await house.take(FLATS, say(connection));
    await house.settle();
    expect(await house.stands(connection.webview)).toEqual(before);
    expect(await house.stands(connection.account)).toEqual(ofAccount);
    expect(await house.linkedTo(connection.accountId)).toBe('ada');
    expect(keysThatAskedFor(connection.accountId)).toBe(0);
    expect(await house.setAside()).toEqual([{ because: why, by: FLATS }]);
  });

  test('also of an account that had no case of its own', async () => {
    const connection = await house.connect();
    await house.take(
      HOTELS,
      ...connection.events.filter(({ connect_webview_id: id }) => id !== undefined),
    );
    await house.settle();
    expect(await house.stands(connection.account)).toBeUndefined();
    await house.take(FLATS, ATTACKS[0]?.[1](connection) ?? {});
    await house.settle();
    expect(await house.stands(connection.account)).toBeUndefined();
    expect(await house.linkedTo(connection.accountId)).toBe('ada');
  });

  test('nor can it lead a person to link Hotels’ account from a case of Flats', async () => {
    const { accountId, events } = await house.connect();
    await house.take(HOTELS, ...events);
    await house.settle();
    const subject = `connect_webview:${randomUUID()}` as const;
    const [, webviewId] = subject.split(':');
    const named = { connect_webview_id: webviewId, connected_account_id: accountId };
    await house.take(FLATS, eventOf('connect_webview.login_succeeded', named));
    await house.settle();
    expect(await house.stands(subject)).toMatchObject({ state: 'failed', workspace: FLATS });
    await expect(accountToLink(house.database.db, subject)).rejects.toThrow(
      'belongs to the Seam workspace hotels, not to flats',
    );
  });

  test('what Hotels itself says goes on to count: that Seam has deleted the account ends the link', async () => {
    const connection = await house.connect();
    await house.take(HOTELS, ...connection.events);
    await house.settle();
    await house.take(HOTELS, house.remove(connection.accountId));
    await house.settle();
    expect(await house.stands(connection.account)).toMatchObject({ state: 'no_action' });
    expect(await house.linkedTo(connection.accountId)).toBeNull();
    expect(await house.setAside()).toEqual([]);
  });
});

describe('an event id', () => {
  test('that another workspace has used does not keep the true event out, whatever it says', async () => {
    const connection = await house.connect();
    const forged = connection.events.map(({ event_id }, index) =>
      eventOf('connected_account.disconnected', {
        event_id,
        connected_account_id: index % 2 === 0 ? connection.accountId : randomUUID(),
      }),
    );
    await house.take(FLATS, ...forged);
    await house.settle();
    await house.take(HOTELS, ...connection.events);
    await house.settle();
    expect(await house.linkedTo(connection.accountId)).toBe('ada');
    const { rows } = await house.database.pool.query(
      `select count(*)::int as n from reconciler.deliveries where workspace_id = $1`,
      [HOTELS],
    );
    expect(rows).toEqual([{ n: connection.events.length }]);
  });

  test('that two workspaces use at the very same time, word for word, is stored for both', async () => {
    const { accountId } = await house.connect();
    const event = eventOf('connected_account.created', { connected_account_id: accountId });
    for (let round = 0; round < 20; round++) {
      const same = { ...event, event_id: randomUUID() };
      await Promise.all([house.store(FLATS, same), house.store(HOTELS, same)]);
    }
    const { rows } = await house.database.pool.query(
      `select workspace_id, count(*)::int as n from reconciler.deliveries group by 1 order by 1`,
    );
    expect(rows).toEqual([
      { workspace_id: FLATS, n: 20 },
      { workspace_id: HOTELS, n: 20 },
    ]);
  });
});
