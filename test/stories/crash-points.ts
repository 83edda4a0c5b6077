import { afterAll, beforeAll, expect, test } from 'vitest';
import { STEPS } from '../../src/ops/steps.ts';
import type { EventBody } from '../../src/sandbox/event.ts';
import { findMatches, type Match } from '../../src/support/cases/find.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { type BackendKind, type House, openHouse } from '../fixtures/house.ts';
import { CRASH_MAIN, start } from '../fixtures/processes.ts';
import { SHELL } from '../fixtures/shell.ts';
import { until } from '../fixtures/wait.ts';
import { openWeb } from '../fixtures/web.ts';
import { post } from '../fixtures/webhooks.ts';
import { openWorker } from '../fixtures/worker.ts';

/** A process dies between two steps. */
export const testCrashPoints = (kind: BackendKind): void => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
    await house.addUser('ada');
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const completion = async (): Promise<{ webviewId: string; event: EventBody }> => {
    const webviewId = await house.seam.createWebview({ id: 'ada' });
    const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
    const event = events.at(-1);
    if (event === undefined) throw new Error('no event');
    return { webviewId, event };
  };
  const isWritten = (step: string): boolean => step === 'applied' || step === 'completed';
  const linksOf = async ({ pool }: TestDatabase, match: Match | undefined) => {
    const { rows } = await pool.query(
      'select user_id from reconciler.links where connected_account_id = $1',
      [match?.connected_account_id ?? null],
    );
    return rows;
  };
  /** @returns the status, or null when the connection broke first */
  const tryToPost = async (url: string, event: EventBody): Promise<number | null> => {
    try {
      return (await post(url, event)).status;
    } catch (error) {
      if (error instanceof TypeError) return null;
      throw error;
    }
  };

  test.each(STEPS.serve)(
    'serve dies once it has %s: what was acknowledged is worked on, what was not comes again',
    async step => {
      await using dying = start(['serve', step], house.env, CRASH_MAIN);
      const { url } = await dying.logged('listening');
      const sent: { webviewId: string; event: EventBody; status: number | null }[] = [];
      let isAlive = true;
      while (isAlive) {
        const one = await completion();
        sent.push({ ...one, status: await tryToPost(String(url), one.event) });
        // Another process may have been faster to count it: then it lives to see the next one.
        const settled = house.settled(one.webviewId, 'linked').then(() => true);
        isAlive = await Promise.race([dying.ended().then(() => false), settled]);
      }
      expect(await dying.ended()).toBe('SIGKILL');
      for (const { webviewId, event, status } of sent) {
        // As Svix does: on anything but a 2xx the same event comes again.
        if (status !== 204) expect((await post(house.url, event)).status).toBe(204);
        const match = await house.settled(webviewId, 'linked');
        expect(match.deliveries).toHaveLength(1);
        expect(match.generation).toBe(1);
        expect(await linksOf(house.database, match)).toEqual([{ user_id: 'ada' }]);
      }
    },
  );

  /** A database and a queue of its own for each: no other worker takes its look, however long it all takes. */
  test.concurrent.each(STEPS.work.map((step, index) => ({ step, index })))(
    'work dies once it has $step: nothing is half written, and the run is done again',
    async ({ step, index }) => {
      await using database = await createTestDatabase();
      await database.pool.query(`insert into reconciler.users (id) values ('ada')`);
      const redisUrl = house.redis === null ? undefined : `${house.redis.url}/${index + 1}`;
      await using web = await openWeb(database.url, redisUrl);
      const env = {
        ...house.env,
        DATABASE_URL: database.url,
        ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
      };
      await using dying = start(['work', step], env, CRASH_MAIN);
      await dying.logged('worker ready');
      const { webviewId, event } = await completion();
      expect((await post(web.url, event)).status).toBe(204);
      expect(await dying.ended()).toBe('SIGKILL');

      const find = async () => (await findMatches(database.db, SHELL, webviewId)).at(0);
      const match = await find();
      expect(match?.state).toBe(isWritten(step) ? 'linked' : 'pending');
      expect(await linksOf(database, match)).toHaveLength(isWritten(step) ? 1 : 0);

      await using _recovered = await openWorker(env);
      const recovered = await until(
        'recovery',
        async () => {
          const found = await find();
          return found?.state === 'linked' && found.observed_generation === 1 && found;
        },
        240_000,
      );
      expect(await linksOf(database, recovered)).toEqual([{ user_id: 'ada' }]);
      expect(recovered.runs.map(run => run.outcome)).toEqual(
        isWritten(step) ? ['linked'] : ['linked', 'interrupted'],
      );
    },
    400_000,
  );
};
