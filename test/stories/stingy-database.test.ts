import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'vitest';
import { type House, openHouse } from '../fixtures/house.ts';

/* A database that ends connections, or gives us few of them. The queue is in it, too. */

const completion = async (house: House) => {
  const webviewId = await house.seam.createWebview({ id: 'ada' });
  const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
  return { webviewId, events };
};

test('that ends idle connections after a second (idle_session_timeout): nobody notices', async () => {
  await using house = await openHouse('postgres', {
    prepare: async ({ pool, url }) => {
      const name = new URL(url).pathname.slice(1);
      await pool.query(`alter database ${name} set idle_session_timeout = '1s'`);
    },
  });
  await house.addUser('ada');
  for (let round = 0; round < 3; round++) {
    const { webviewId, events } = await completion(house);
    await house.deliver(...events);
    await house.settled(webviewId, 'linked');
    // Longer than any connection of ours may be idle.
    await sleep(1_500);
  }
});
