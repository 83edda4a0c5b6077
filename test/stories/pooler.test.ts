import { randomUUID } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import { arrange } from '../../src/outbox/arrange.ts';
import { createTestDatabase } from '../fixtures/database.ts';
import { openDesk } from '../fixtures/desk.ts';
import { openHouse } from '../fixtures/house.ts';
import { onDatabase } from '../fixtures/odds.ts';
import { startCollector } from '../fixtures/otlp.ts';
import { IGNORING, startPgBouncer } from '../fixtures/pgbouncer.ts';
import { run, start } from '../fixtures/processes.ts';
import { SECRET } from '../fixtures/settings.ts';
import { postAll } from '../fixtures/webhooks.ts';

const canRun = inject('hasPgBouncer') && inject('hasRedis');

describe.skipIf(!canRun)('behind PgBouncer, on a database with settings of its own', () => {
  test.each([
    { mode: 'transaction', ignoring: [], size: 5 },
    { mode: 'session', ignoring: IGNORING, size: 60 },
  ] as const)('with $mode pooling webhooks are taken at once, and lead to links', async options => {
    await using pooler = await startPgBouncer(inject('postgresUrl'), options);
    await using collector = await startCollector();
    // Nobody waits for it.
    collector.hang(true);
    await using house = await openHouse('redis', {
      apart: true,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
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

    const { pool } = house.database;
    // Through the same connections, where what a run has said of its trace must not have stayed.
    await pool.query(
      `update reconciler.links set unlinked_at = now(), unlinked_because = 'by_hand'`,
    );
    await arrange(pool);
    const { rows } = await pool.query<{ type: string; trace: string | null; traces: string[] }>(
      `select m.type, split_part(m.traceparent, '-', 2) as trace,
              array(select r.trace_id from reconciler.runs r join reconciler.reconciliations c using (subject)
                     where c.connected_account_id = m.connected_account_id) as traces
         from reconciler.messages m`,
    );
    const tracesOf = (type: string) => rows.filter(row => row.type === type);
    expect(tracesOf('account.linked')).toHaveLength(10);
    for (const { trace, traces } of tracesOf('account.linked')) expect(traces).toContain(trace);
    expect(tracesOf('account.unlinked').map(({ trace }) => trace)).toEqual(Array(10).fill(null));
  });

  test('where the queue would be in Postgres, webhooks are stored all the same, and it is told that no more comes of them', async () => {
    await using pooler = await startPgBouncer(inject('postgresUrl'));
    await using database = await createTestDatabase('template_reconciler', {
      reached: pooler.reached,
    });
    await using serve = start(['serve'], {
      DATABASE_URL: database.url,
      SEAM_WEBHOOK_SECRET: SECRET,
      PORT: '0',
    });
    const { url } = await serve.logged('listening');
    const event = { event_id: randomUUID(), event_type: 'connected_account.created' };
    expect(await postAll(String(url), [{ ...event, connected_account_id: randomUUID() }])).toEqual([
      204,
    ]);
    const told = await serve.logged('webhooks are stored, and nothing is linked');
    expect(told).toMatchObject({ remedy: expect.stringContaining('REDIS_URL') });
    const ready = await fetch(`${url}/readyz`);
    expect(await ready.json()).toMatchObject({
      checks: { queue: expect.stringContaining('transaction pooling') },
    });
    expect(ready.status).toBe(200);
    expect(await serve.stop('SIGTERM')).toBe(0);
  });

  test('people sign in to the console, and programs to the API', async () => {
    await using pooler = await startPgBouncer(inject('postgresUrl'));
    await using desk = await openDesk({}, { odds: { reached: pooler.reached } });
    expect(await desk.clerks.admin.get('/support')).toMatchObject({ status: 200 });
    expect(await desk.clerks.admin.get('/support/audit-log')).toMatchObject({ status: 200 });
    expect(await desk.call('viewer', 'GET', '/connections')).toMatchObject({ status: 200 });
  });
});
