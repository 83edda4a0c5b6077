import { expect, test } from 'vitest';
import { openHouse } from '../fixtures/house.ts';
import { loadedPackages, TELL_LOADED } from '../fixtures/loaded-packages.ts';
import { startCollector } from '../fixtures/otlp.ts';

test('switched off, nothing of OpenTelemetry is loaded, nothing is sent, and nothing is noted', async () => {
  await using collector = await startCollector();
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SDK_DISABLED: 'true' };
  await using house = await openHouse('postgres', {
    env: { ...settings, NODE_OPTIONS: TELL_LOADED },
  });
  await house.addUser('ada');
  const webviewId = await house.seam.createWebview({ id: 'ada' });
  const { events } = await house.seam.completeWebview(webviewId, { email: 'a@locks.example' });
  await house.deliver(...events);
  const { runs } = await house.settled(webviewId, 'linked');
  expect(await house.serve.stop('SIGTERM')).toBe(0);

  const loaded = loadedPackages(house.serve.log.map(({ msg }) => String(msg)));
  expect(loaded).toContain('pino');
  expect([...loaded].filter(name => name.startsWith('@opentelemetry/'))).toEqual([]);
  expect(collector.requests).toEqual([]);
  expect(runs.map(run => run.trace_id)).toEqual(runs.map(() => null));
  const { rows } = await house.database.pool.query(
    `select traceparent from reconciler.deliveries union all
     select traceparent from reconciler.outbox union all select traceparent from reconciler.messages`,
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(new Set(rows.map(row => row.traceparent))).toEqual(new Set([null]));
  for (const line of house.serve.log) expect(line).not.toHaveProperty('trace_id');
});
