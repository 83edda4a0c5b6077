import { expect, test } from 'vitest';
import { openHouse } from '../fixtures/house.ts';
import { startCollector } from '../fixtures/otlp.ts';

/** Tells on stderr of each module of OpenTelemetry's that is loaded; and of pino's, which shows that it tells. */
const TELLER = `
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => {
    const [, name] = /node_modules\\/(@opentelemetry\\/[^/]+|pino)\\//.exec(url) ?? [];
    if (name !== undefined) process._rawDebug('loads ' + name);
    return next(url, context);
  } });`;
const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(TELLER)}`;

test('switched off, nothing of OpenTelemetry is loaded, nothing is sent, and nothing is noted', async () => {
  await using collector = await startCollector();
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SDK_DISABLED: 'true' };
  await using house = await openHouse('postgres', { env: { ...settings, NODE_OPTIONS } });
  await house.addUser('ada');
  const webviewId = await house.seam.createWebview({ id: 'ada' });
  const { events } = await house.seam.completeWebview(webviewId, { email: 'a@locks.example' });
  await house.deliver(...events);
  const { runs } = await house.settled(webviewId, 'linked');
  expect(await house.serve.stop('SIGTERM')).toBe(0);

  const loaded = house.serve.log.map(({ msg }) => String(msg)).filter(msg => /^loads /.test(msg));
  expect(new Set(loaded)).toEqual(new Set(['loads pino']));
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
