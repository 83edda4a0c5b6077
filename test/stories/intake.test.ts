import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventBody } from '../../src/sandbox/event.ts';
import { BACKENDS, type House, openHouse } from '../fixtures/house.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

describe.each(BACKENDS)('webhooks are taken in (queue in %s)', kind => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
    await house.addUser('ada');
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const complete = async (metadata: Record<string, string> = { id: 'ada' }) => {
    const webviewId = await house.seam.createWebview(metadata);
    const { accountId, events } = await house.seam.completeWebview(webviewId, {
      email: 'a@locks.example',
    });
    const event = events.at(-1);
    if (event === undefined) throw new Error('no event');
    return { webviewId, accountId, event };
  };
  const again = (event: EventBody): EventBody => ({ ...event, event_id: crypto.randomUUID() });

  test('while somebody holds the rows of three subjects, all are acknowledged, and the others linked', async () => {
    const held = await Promise.all([complete(), complete(), complete()]);
    await house.deliver(...held.map(({ event }) => event));
    for (const { webviewId } of held) await house.settled(webviewId, 'linked');
    const client = await house.database.pool.connect();
    try {
      await client.query('begin');
      await client.query(
        'select from reconciler.reconciliations where connect_webview_id = any($1) for update',
        [held.map(({ webviewId }) => webviewId)],
      );
      const others = await Promise.all([complete(), complete(), complete()]);
      // Neighbours in time: what is held must cost those of the same batch nothing.
      await house.deliver(
        ...held.map(({ event }) => again(event)),
        ...others.map(({ event }) => event),
      );
      for (const { webviewId } of others) await house.settled(webviewId, 'linked');
      for (const { webviewId } of held) {
        expect(await house.find(webviewId)).toMatchObject({
          state: 'pending',
          generation: 2,
          observed_generation: 1,
        });
      }
    } finally {
      await client.query('rollback');
      client.release();
    }
    for (const { webviewId } of held) {
      expect(await house.settled(webviewId, 'linked')).toMatchObject({ generation: 2 });
    }
  });

  test('an event that is sent again once its cause is mended at Seam is checked again', async () => {
    const { webviewId, accountId, event } = await complete({ plan: 'gold' });
    await house.deliver(event);
    expect(await house.settled(webviewId, 'failed')).toMatchObject({
      reason: 'metadata_id_missing',
    });
    for (const list of ['connected_accounts', 'connect_webviews'] as const) {
      for (const one of house.seam.fake.database[list]) {
        if (one.connected_account_id === accountId) one.custom_metadata = { id: 'ada' };
      }
    }
    await house.deliver(event);
    expect(await house.settled(webviewId, 'linked')).toMatchObject({ generation: 2 });
  });

  test('an event id that comes with another body is acknowledged, not stored, and told', async () => {
    const [first, second] = [await complete(), await complete()];
    await house.deliver(first.event);
    const posted = await post(house.url, { ...second.event, event_id: first.event.event_id });
    expect(posted.status).toBe(204);
    const warning = await until('a warning', () =>
      house.serve.log.find(line => /came again with another body/.test(String(line.msg))),
    );
    expect(warning).toMatchObject({ level: 'warn', event_id: first.event.event_id });
    expect(await house.settled(first.webviewId, 'linked')).toMatchObject({ generation: 1 });
    expect(await house.find(second.webviewId)).toBeUndefined();
  });
});
