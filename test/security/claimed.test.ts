import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  eventOf,
  type Fields,
  FLATS,
  HOTELS,
  openTwoWorkspaces,
  type TwoWorkspaces,
} from '../fixtures/two-workspaces.ts';

let house: TwoWorkspaces;
beforeAll(async () => {
  house = await openTwoWorkspaces();
});
afterAll(() => house[Symbol.asyncDispose]());
beforeEach(() => house.clear());

type Connection = Awaited<ReturnType<TwoWorkspaces['connect']>>;

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
    expect((await house.setAside()).every(({ by }) => by === FLATS)).toBe(true);
  };

  test('whoever claims it first does not keep it from its owner', async () => {
    const connection = await house.connect();
    await house.take(FLATS, ...claims(connection));
    await house.settle();
    expect(await house.stands(connection.webview)).toMatchObject({ workspace: FLATS });
    await house.take(HOTELS, ...connection.events);
    await expectHotels(connection);
    expect(await house.setAside()).not.toEqual([]);
  });

  test('nor before anybody has looked', async () => {
    const connection = await house.connect();
    await house.take(FLATS, ...claims(connection));
    await house.take(HOTELS, ...connection.events);
    await expectHotels(connection);
  });

  test('nor by naming an account of its own with it, which Seam shows it', async () => {
    const connection = await house.connect();
    const flat = await house.seam.completeWebview(
      await house.seam.createWebview({ id: 'bob' }, FLATS),
      { email: 'b@l.example' },
    );
    const named = {
      connect_webview_id: connection.webviewId,
      connected_account_id: flat.accountId,
    };
    const claim = () => eventOf('connect_webview.login_succeeded', named);
    await house.take(FLATS, claim());
    await house.settle();
    await house.take(HOTELS, ...connection.events);
    await house.take(FLATS, claim());
    await house.settle();
    expect(await house.stands(connection.webview)).toMatchObject({
      state: 'linked',
      workspace: HOTELS,
    });
    expect(await house.linkedTo(connection.accountId)).toBe('ada');
    expect((await house.setAside()).every(({ by }) => by === FLATS)).toBe(true);
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
      apiKey === house.keyOf(FLATS) ? response => response.writeHead(401).end('{}') : null,
    );
    await expectHotels(connection);
  });

  test('a workspace whose key Seam refuses gives its turn to the next', async () => {
    const connection = await house.connect();
    await house.take(FLATS, ...claims(connection));
    await house.take(HOTELS, ...connection.events);
    house.seam.interfere((_path, _body, apiKey) =>
      apiKey === house.keyOf(FLATS) ? response => response.writeHead(401).end('{}') : null,
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
      denials.set(id, (denials.get(id) ?? 0) + (apiKey === house.keyOf(HOTELS) ? 1 : 0));
      if (apiKey !== house.keyOf(HOTELS) || (denials.get(id) ?? 0) > 2) return null;
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
