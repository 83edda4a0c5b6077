import { describe, expect, inject, test } from 'vitest';
import { openDesk } from '../fixtures/desk.ts';
import { openHouse } from '../fixtures/house.ts';
import { onDatabase } from '../fixtures/odds.ts';
import { IGNORING, startPgBouncer } from '../fixtures/pgbouncer.ts';
import { run } from '../fixtures/processes.ts';

const canRun = inject('hasPgBouncer') && inject('hasRedis');

describe.skipIf(!canRun)('behind PgBouncer, on a database with settings of its own', () => {
  test.each([
    { mode: 'transaction', ignoring: [], size: 5 },
    { mode: 'session', ignoring: IGNORING, size: 60 },
  ] as const)('with $mode pooling webhooks are taken at once, and lead to links', async options => {
    await using pooler = await startPgBouncer(inject('postgresUrl'), options);
    await using house = await openHouse('redis', {
      apart: true,
      odds: {
        made: name =>
          onDatabase(name, {
            synchronous_commit: 'off',
            DateStyle: 'German',
            bytea_output: 'escape',
          }),
        reached: pooler.reached,
      },
    });
    await house.addUser('ada');
    const connect = async (): Promise<string> => {
      const webviewId = await house.seam.createWebview({ id: 'ada' });
      const { events } = await house.seam.completeWebview(webviewId, { email: 'a@l.example' });
      await house.deliver(...events);
      return webviewId;
    };
    const all = await Promise.all(Array.from({ length: 10 }, connect));
    for (const webviewId of all) {
      expect(await house.settled(webviewId, 'linked')).toMatchObject({ user_id: 'ada' });
    }
    const shown = await run(['list', '--state', 'linked', '--json'], house.env);
    expect(JSON.parse(shown.stdout).reconciliations).toHaveLength(10);
    expect((await run(['retry', String(all[0])], house.env)).code).toBe(0);
    await house.settled(String(all[0]), 'linked');
  });

  test('people sign in to the console, and programs to the API', async () => {
    await using pooler = await startPgBouncer(inject('postgresUrl'));
    await using desk = await openDesk({}, { odds: { reached: pooler.reached } });
    expect(await desk.clerks.admin.get('/support')).toMatchObject({ status: 200 });
    expect(await desk.clerks.admin.get('/support/audit-log')).toMatchObject({ status: 200 });
    expect(await desk.call('viewer', 'GET', '/connections')).toMatchObject({ status: 200 });
  });
});
