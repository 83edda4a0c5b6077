import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STEPS } from '../../src/ops/steps.ts';
import type { EventBody } from '../../src/sandbox/event.ts';
import { BACKENDS, type House, openHouse } from '../fixtures/house.ts';
import { CRASH_MAIN, start } from '../fixtures/processes.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

describe.each(BACKENDS)('a process dies between two steps (queue in %s)', kind => {
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
  const linksOf = async (accountId: string | null) => {
    const { rows } = await house.database.pool.query(
      'select user_id from reconciler.links where connected_account_id = $1',
      [accountId],
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
        expect(await linksOf(match.connected_account_id)).toEqual([{ user_id: 'ada' }]);
      }
    },
  );

  test('work dies at every one of its steps: nothing is half written, and the run is done again', async () => {
    await house.work.stop('SIGTERM');
    const cases: { step: string; webviewId: string }[] = [];
    // The last step first: what it leaves behind is done, and can't be what the next one dies of.
    for (const step of STEPS.work.toReversed()) {
      const { webviewId, event } = await completion();
      await using dying = start(['work', step], house.env, CRASH_MAIN);
      await dying.logged('worker ready');
      await house.deliver(event);
      expect(await dying.ended()).toBe('SIGKILL');
      const match = await house.find(webviewId);
      expect({ step, state: match?.state }).toEqual({
        step,
        state: isWritten(step) ? 'linked' : 'pending',
      });
      expect(await linksOf(match?.connected_account_id ?? null)).toHaveLength(
        isWritten(step) ? 1 : 0,
      );
      cases.push({ step, webviewId });
    }
    await using _recovered = start(['work'], house.env);
    for (const { step, webviewId } of cases) {
      const match = await until(
        `recovery from a death at ${step}`,
        async () => {
          const found = await house.find(webviewId);
          return found?.state === 'linked' && found.observed_generation === 1 && found;
        },
        100_000,
      );
      expect(await linksOf(match.connected_account_id)).toEqual([{ user_id: 'ada' }]);
      expect(match.runs.map(run => run.outcome)).toEqual(
        isWritten(step) ? ['linked'] : ['linked', 'interrupted'],
      );
    }
  }, 180_000);
});
