import { stat, truncate } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertsOf } from '../fixtures/alerts-open.ts';
import type { TestDatabase } from '../fixtures/database.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { start } from '../fixtures/processes.ts';
import { useSmallDisk } from '../fixtures/small-disk.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';
import { openRunbook, QUIET, WHY } from './follow.ts';

/* A disk that is full, and what the page says is done about it where it can't be made larger. */

const disk = await useSmallDisk();

const OLD = 400;
/** Less than a new database takes: what Postgres says of its own disk is of another one. */
const ROOM = String(8 * 1_048_576);

/** Deliveries of two months ago, of a connection that was settled then. */
const addOld = async ({ pool }: TestDatabase): Promise<void> => {
  await pool.query(
    `with s as (insert into reconciler.reconciliations (subject, generation, observed_generation, state, dismissed_by, dismissed_why)
                values ('connect_webview:old', 1, 1, 'dismissed', 'Ada', 'a test account') returning subject)
     insert into reconciler.deliveries (event_id, event_type, subject, body, signature, received_at, source)
     select 'old_' || n, 'connect_webview.login_failed', subject, convert_to(repeat('x', 1000), 'UTF8'), '{}',
            now() - interval '60 days', 'backfill'
       from s, generate_series(1, $1) n`,
    [OLD],
  );
};

describe.runIf(disk.isThere)('database-full', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse('postgres', {
      env: { DATABASE_MAX_BYTES: ROOM },
      prepare: async database => {
        await disk.hold(database);
        await addOld(database);
      },
    });
    await house.addUser('ada');
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const finish = async () => {
    const webviewId = await house.seam.createWebview({ id: 'ada' });
    return {
      webviewId,
      ...(await house.seam.completeWebview(webviewId, { email: 'a@l.example' })),
    };
  };
  const sizeOfDeliveries = async (): Promise<number> => {
    const { rows } = await house.database.pool.query(
      "select pg_relation_size('reconciler.deliveries')::int as bytes",
    );
    return rows[0].bytes;
  };
  type Event = Parameters<typeof post>[1];
  const send = async (event: Event): Promise<number> => {
    const answer = await post(house.url, event);
    await answer.text();
    return answer.status;
  };

  test('database-full', async () => {
    const alerts = alertsOf(house.database.pool);
    await using page = openRunbook('database-full', {
      env: house.env,
      pool: house.database.pool,
    });
    await alerts.begun('database_full');
    await disk.fill();
    const webviews: string[] = [];
    const refused = await until('a webhook to be turned away', async () => {
      const { webviewId, events } = await finish();
      webviews.push(webviewId);
      const answers = await Promise.all(
        events.map(async event => ({ event, is: await send(event) })),
      );
      return answers.find(({ is }) => is === 503);
    });
    await page.follow('How to see it');
    const before = await sizeOfDeliveries();
    // To the last byte nothing can be removed either: somebody makes some room, as the page says.
    const { size } = await stat(disk.filler);
    await truncate(disk.filler, size - 2 * 1_048_576);
    await page.follow('What to do');
    await until('a 204 again', async () => (await send(refused.event)) === 204);
    for (let n = 0; n < 10; n++) {
      const { webviewId, events } = await finish();
      webviews.push(webviewId);
      await house.deliver(...events);
    }
    // What comes from now on takes the place of what was removed.
    expect(await sizeOfDeliveries()).toBeLessThan(before);
    await house.settled(webviews.at(-1) ?? '', 'linked');
    await page.follow('How to know it is over');
    // The sure way, in the end: there is more room.
    await house.serve.stop('SIGTERM');
    await using _larger = start(['serve'], { ...house.env, DATABASE_MAX_BYTES: `1${ROOM}` });
    await alerts.over('database_full');
    await page.follow(QUIET, WHY);
    expect(page.left()).toEqual([]);
  });
});
