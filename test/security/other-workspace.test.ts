import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
beforeEach(async () => {
  house.seam.interfere(null);
  await house.database.pool.query(
    `truncate reconciler.reconciliations, reconciler.deliveries, reconciler.uncounted, reconciler.links,
              reconciler.connect_webviews, reconciler.connected_accounts, reconciler.workspace_holds cascade`,
  );
});

type Connection = Awaited<ReturnType<TwoWorkspaces['connect']>>;

const setAside = async () => {
  const { rows } = await house.database.pool.query<{ because: string; by: string }>(
    `select set_aside as because, workspace_id as by from reconciler.deliveries
      where set_aside is not null order by received_at`,
  );
  return rows;
};
const keysThatAskedFor = (id: string): number =>
  house.seam.calls.filter(
    call => call.id === id && call.apiKey !== keyOf(HOTELS) && call.apiKey !== undefined,
  ).length;
const keyOf = (workspaceId: string): string | undefined =>
  house.seam.fake.database.api_keys.find(key => key.workspace_id === workspaceId)?.token;

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
    expect(await setAside()).toEqual([{ because: why, by: FLATS }]);
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

  test('what Hotels itself says goes on to count: that Seam has deleted the account ends the link', async () => {
    const connection = await house.connect();
    await house.take(HOTELS, ...connection.events);
    await house.settle();
    await house.take(HOTELS, house.remove(connection.accountId));
    await house.settle();
    expect(await house.stands(connection.account)).toMatchObject({ state: 'no_action' });
    expect(await house.linkedTo(connection.accountId)).toBeNull();
    expect(await setAside()).toEqual([]);
  });
});

describe('of a connection that nobody has been shown yet', () => {
  const claims = ({ webviewId, accountId }: Connection): Fields[] => [
    eventOf('connect_webview.login_succeeded', {
      connect_webview_id: webviewId,
      connected_account_id: accountId,
    }),
    eventOf('connected_account.deleted', { connected_account_id: accountId }),
  ];
  const expectHotels = async (connection: Connection): Promise<void> => {
    await house.settle();
    expect(await house.stands(connection.webview)).toMatchObject({
      state: 'linked',
      workspace: HOTELS,
    });
    expect(await house.stands(connection.account)).toMatchObject({
      state: 'linked',
      workspace: HOTELS,
    });
    expect(await house.linkedTo(connection.accountId)).toBe('ada');
    expect((await setAside()).every(({ by }) => by === FLATS)).toBe(true);
  };

  test('whoever claims it first does not keep it from its owner', async () => {
    const connection = await house.connect();
    await house.take(FLATS, ...claims(connection));
    await house.settle();
    expect(await house.stands(connection.webview)).toMatchObject({ workspace: FLATS });
    await house.take(HOTELS, ...connection.events);
    await expectHotels(connection);
    expect(await setAside()).not.toEqual([]);
  });

  test('nor before anybody has looked', async () => {
    const connection = await house.connect();
    await house.take(FLATS, ...claims(connection));
    await house.take(HOTELS, ...connection.events);
    await expectHotels(connection);
  });

  test('nor by claiming it after its owner, also where both are counted at once', async () => {
    const connection = await house.connect();
    await house.store(HOTELS, ...connection.events);
    await house.store(FLATS, ...claims(connection));
    await expectHotels(connection);
  });

  test.each([
    [
      'held',
      `insert into reconciler.workspace_holds (workspace_id, reason, detail, probe_at)
               values ('${FLATS}', 'seam_unauthorized', '', now())`,
    ],
  ])('nor while its own workspace is %s, and is asked nothing', async (_how, close) => {
    const connection = await house.connect();
    await house.take(FLATS, ...claims(connection));
    await house.database.pool.query(close);
    await house.take(HOTELS, ...connection.events);
    house.seam.interfere((_path, _body, apiKey) =>
      apiKey === keyOf(FLATS) ? response => response.writeHead(401).end('{}') : null,
    );
    await expectHotels(connection);
  });

  test('a workspace whose key Seam refuses gives its turn to the next', async () => {
    const connection = await house.connect();
    await house.take(FLATS, ...claims(connection));
    await house.take(HOTELS, ...connection.events);
    house.seam.interfere((_path, _body, apiKey) =>
      apiKey === keyOf(FLATS) ? response => response.writeHead(401).end('{}') : null,
    );
    await expectHotels(connection);
  });

  test('an owner that Seam is slow to show it to gets it all the same', async () => {
    const connection = await house.connect();
    await house.take(FLATS, ...claims(connection));
    await house.take(HOTELS, ...connection.events);
    const denials = new Map<string, number>();
    house.seam.interfere((path, body, apiKey) => {
      const kind = path.startsWith('/connect_webviews') ? 'connect_webview' : 'connected_account';
      const id = String(body[`${kind}_id`]);
      denials.set(id, (denials.get(id) ?? 0) + (apiKey === keyOf(HOTELS) ? 1 : 0));
      if (apiKey !== keyOf(HOTELS) || (denials.get(id) ?? 0) > 2) return null;
      const answer = `{"error":{"type":"${kind}_not_found","message":"not yet"}}`;
      return response =>
        response.writeHead(404, { 'content-type': 'application/json' }).end(answer);
    });
    await expectHotels(connection);
  });

  test('where Seam shows it to nobody, nobody’s word ends anything: it needs attention, and says whose it may be', async () => {
    const connection = await house.connect();
    house.remove(connection.accountId);
    const { account, accountId } = connection;
    await house.take(
      HOTELS,
      eventOf('connected_account.created', { connected_account_id: accountId }),
    );
    await house.take(
      FLATS,
      eventOf('connected_account.deleted', { connected_account_id: accountId }),
    );
    await house.settle();
    expect(await house.stands(account)).toMatchObject({
      state: 'failed',
      reason: 'account_not_found',
    });
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
