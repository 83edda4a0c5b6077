import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openHouse } from '../fixtures/house.ts';
import { useSmallDisk } from '../fixtures/small-disk.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

const disk = await useSmallDisk();

describe.runIf(disk.isThere)('a database whose disk is full', () => {
  test('turns webhooks away for as long as that lasts, loses none that it took, and needs no restart', async () => {
    await using house = await openHouse('postgres', { prepare: disk.hold });
    await house.addUser('ada');
    const acknowledged = new Set<string>();
    const webviews: string[] = [];
    const events = async () => {
      const webviewId = await house.seam.createWebview({ id: 'ada' });
      webviews.push(webviewId);
      return (await house.seam.completeWebview(webviewId, { email: 'a@l.example' })).events;
    };
    const send = async (event: Parameters<typeof post>[1]): Promise<Response> => {
      const response = await post(house.url, event);
      await response.text();
      if (response.status === 204) acknowledged.add(event.event_id);
      return response;
    };
    for (const event of await events()) expect((await send(event)).status).toBe(204);
    await disk.fill();
    const refused = await until('a webhook to be turned away', async () => {
      for (const event of await events()) {
        const response = await send(event);
        if (response.status !== 204) return { event, response };
      }
      return null;
    });
    expect(refused.response.status).toBe(503);
    expect(Number(refused.response.headers.get('retry-after'))).toBeGreaterThan(0);
    const alive = await fetch(`${house.url}/healthz`);
    expect(await alive.json()).toEqual({ status: 'ok' });

    await rm(disk.filler);
    await until('a 204 again', async () => (await send(refused.event)).status === 204);
    const { rows } = await house.database.pool.query('select event_id from reconciler.deliveries');
    const stored = new Set(rows.map(row => row.event_id));
    expect(acknowledged.difference(stored)).toEqual(new Set());
    for (const webviewId of webviews) await house.settled(webviewId, 'linked');
  }, 300_000);
});
