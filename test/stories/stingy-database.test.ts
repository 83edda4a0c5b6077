import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type House, openHouse } from '../fixtures/house.ts';
import { post } from '../fixtures/webhooks.ts';

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

test('that gives us fewer connections than we would take: it makes do with these, webhooks and all', async () => {
  const role = `few_${randomBytes(6).toString('hex')}`;
  let url = '';
  await using house = await openHouse('postgres', {
    apart: true,
    prepare: async ({ pool, url: ownersUrl }) => {
      await pool.query(`
        create role ${role} login password 'of-the-test' connection limit 12;
        grant all on schema reconciler, bullmq to ${role};
        grant all on all tables in schema reconciler, bullmq to ${role};
        grant all on all sequences in schema reconciler, bullmq to ${role};`);
      url = ownersUrl;
    },
    env: async () => {
      const ours = new URL(url);
      ours.username = role;
      ours.password = 'of-the-test';
      return { DATABASE_URL: ours.href, WORKER_CONCURRENCY: '20' };
    },
  });
  await house.addUser('ada');
  const completions = await Promise.all(Array.from({ length: 20 }, () => completion(house)));
  const events = completions.flatMap(each => each.events);
  const answers = await Promise.all(
    events.map(async event => {
      const response = await post(house.url, event);
      await response.text();
      return response.status;
    }),
  );
  expect(new Set(answers)).toEqual(new Set([204]));
  for (const { webviewId } of completions) await house.settled(webviewId, 'linked');
});
