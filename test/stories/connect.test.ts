import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BACKENDS, type House, openHouse } from '../fixtures/house.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

describe.each(BACKENDS)('a user connects an account (queue in %s)', kind => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
    for (const id of ['ada', 'grace']) await house.addUser(id);
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const connect = async (metadata: Record<string, string | boolean>) => {
    const webviewId = await house.seam.createWebview(metadata);
    const completion = await house.seam.completeWebview(webviewId, { email: 'a@locks.example' });
    return { webviewId, ...completion };
  };
  const linksOf = async (accountId: string) => {
    const { rows } = await house.database.pool.query(
      `select user_id, unlinked_at is null as current, unlinked_because
         from reconciler.links where connected_account_id = $1 order by id`,
      [accountId],
    );
    return rows;
  };

  test('a burst of events for one completion makes one link with at most two Seam calls a run', async () => {
    const { webviewId, accountId, events } = await connect({ id: 'ada' });
    await house.deliver(...events);
    const match = await house.settled(webviewId, 'linked');
    expect(match).toMatchObject({
      subject: `connect_webview:${webviewId}`,
      user_id: 'ada',
      connected_account_id: accountId,
      generation: 4,
    });
    expect(await linksOf(accountId)).toEqual([
      { user_id: 'ada', current: true, unlinked_because: null },
    ]);
    expect(match.deliveries).toHaveLength(4);
    const calls = house.seam.calls.filter(({ id }) => [webviewId, accountId].includes(id));
    // The webview once, the account at each look.
    expect(calls.length).toBeLessThanOrEqual(match.runs.length + 1);
    expect(match.runs.length).toBeLessThanOrEqual(2);
  });

  test('the same delivery ten times at once is stored once and raises nothing twice', async () => {
    const { webviewId, events } = await connect({ id: 'ada' });
    const [event] = events.slice(3);
    if (event === undefined) throw new Error('no event');
    await house.deliver(...Array.from({ length: 10 }, () => event));
    const match = await house.settled(webviewId, 'linked');
    expect(match.deliveries).toHaveLength(1);
    expect(match.generation).toBe(1);
  });

  test('a webview that is still pending is looked at again until it is authorized', async () => {
    const webviewId = await house.seam.createWebview({ id: 'ada' });
    await house.deliver(
      house.seam.event('connect_webview.login_succeeded', { connect_webview_id: webviewId }),
    );
    await until('a first look', async () => (await house.find(webviewId))?.state === 'retrying');
    expect(await house.find(webviewId)).toMatchObject({ reason: 'webview_pending', attempts: 1 });
    await house.seam.completeWebview(webviewId, { email: 'a@locks.example' });
    const match = await house.settled(webviewId, 'linked');
    expect(match.runs.map(run => run.trigger)).toContain('backoff');
    expect(match).toMatchObject({ attempts: 0, reason: null });
  });

  test('news is looked at now, and does not wait out a backoff', async () => {
    const webviewId = await house.seam.createWebview({ id: 'nobody_yet' });
    const { events } = await house.seam.completeWebview(webviewId, { email: 'a@locks.example' });
    await house.deliver(...events.slice(0, 1));
    await until('a wait', async () => (await house.find(webviewId))?.state === 'retrying');
    await house.addUser('nobody_yet');
    await house.deliver(...events.slice(1, 2));
    const match = await house.settled(webviewId, 'linked');
    expect(match.runs.map(run => run.trigger)).not.toContain('backoff');
  });

  test('events that come in any order, late and with old ids end at the present truth', async () => {
    const { webviewId, accountId, events } = await connect({ id: 'ada' });
    const stale = {
      ...events[1],
      event_id: randomUUID(),
      connected_account_id: 'an_older_account',
    };
    await house.deliver(...events.toReversed());
    await house.settled(webviewId, 'linked');
    await house.deliver({ ...stale, event_type: 'connected_account.connected' });
    const match = await until('the late event to be dealt with', async () => {
      const found = await house.settled(webviewId, 'linked');
      return found.generation === 5 && found;
    });
    expect(match).toMatchObject({ user_id: 'ada', connected_account_id: accountId });
    expect(await linksOf('an_older_account')).toEqual([]);
  });

  test('a reconnect that names another user moves the link and keeps its history', async () => {
    const { accountId, events } = await connect({ id: 'ada' });
    await house.deliver(...events);
    await house.settled(accountId, 'linked');
    const again = await house.seam.createWebview({ id: 'grace' });
    const reconnected = await house.seam.completeWebview(again, {
      email: 'a@locks.example',
      accountId,
    });
    await house.deliver(...reconnected.events);
    const match = await house.settled(again, 'linked');
    expect(match.runs[match.runs.length - 1]).toMatchObject({ outcome: 'relinked' });
    expect(match.user_id).toBe('grace');
    expect(await linksOf(accountId)).toEqual([
      { user_id: 'ada', current: false, unlinked_because: 'relinked' },
      { user_id: 'grace', current: true, unlinked_because: null },
    ]);
  });

  test('a reconnect without any id keeps the link', async () => {
    const { accountId, events } = await connect({ id: 'ada' });
    await house.deliver(...events);
    await house.settled(accountId, 'linked');
    const again = await house.seam.createWebview({});
    const reconnected = await house.seam.completeWebview(again, {
      email: 'a@locks.example',
      accountId,
    });
    await house.deliver(...reconnected.events);
    const match = await house.settled(again, 'linked');
    expect(match).toMatchObject({ user_id: 'ada' });
    expect(match.runs.at(-1)).toMatchObject({ outcome: 'kept' });
  });

  test('metadata that name nobody, nothing or no text are told apart, and nothing is linked', async () => {
    const cases = [
      { metadata: {}, reason: 'metadata_id_missing', state: 'failed' },
      { metadata: { id: true }, reason: 'metadata_id_invalid', state: 'failed' },
      { metadata: { id: '' }, reason: 'metadata_id_invalid', state: 'failed' },
      { metadata: { id: 'who' }, reason: 'user_not_found', state: 'retrying' },
    ];
    for (const { metadata, reason, state } of cases) {
      const { webviewId, accountId, events } = await connect(metadata as Record<string, string>);
      await house.deliver(...events);
      const match = await until(`${reason}`, async () => {
        const found = await house.find(webviewId);
        return found?.state === state && found;
      });
      expect(match).toMatchObject({ reason, user_id: null });
      expect(await linksOf(accountId)).toEqual([]);
    }
  });

  test('a login that failed needs no action', async () => {
    const webviewId = await house.seam.createWebview({ id: 'ada' });
    await house.deliver(...(await house.seam.failWebview(webviewId)));
    const match = await house.settled(webviewId, 'no_action');
    expect(match.runs[0]).toMatchObject({ outcome: 'login_failed', reason: null });
  });

  test('an unsigned webhook leaves no trace', async () => {
    const { webviewId, events } = await connect({ id: 'ada' });
    const [event] = events;
    if (event === undefined) throw new Error('no event');
    const forged = await post(
      house.url,
      event,
      `whsec_${Buffer.from('not ours').toString('base64')}`,
    );
    expect(forged.status).toBe(400);
    expect(await house.find(webviewId)).toBeUndefined();
  });
});
