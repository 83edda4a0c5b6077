import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertEndpoint, TELLING_ENV } from '../fixtures/endpoint.ts';
import { startReceiver } from '../fixtures/endpoints.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { allQueries, metricsIn } from '../fixtures/monitoring.ts';
import { freePort } from '../fixtures/ports.ts';
import { hasPrometheus, type Prometheus, startPrometheus } from '../fixtures/prometheus.ts';
import { until } from '../fixtures/wait.ts';

/* A Prometheus scrapes a house in which an account was linked and the app was told: what the dashboard then has to show. */

/** What is there only once something is wrong, somebody has done something, or a night has passed. */
const MAY_BE_NONE =
  /_(?:hold|endpoint_trouble|accounted_for_until_timestamp_seconds|drift_\w+|bulk_runs|sign_ins_total|alert_notices_total|database_disk_used_ratio)\b|^max by \(alertname\)/;
/** A rule has no row while all is well; shares of the rules are there where something was counted. */
const isAlert = (where: string): boolean => where.startsWith('SeamReconciler');

describe.skipIf(!hasPrometheus)('what Prometheus and Grafana ask', () => {
  const stack = new AsyncDisposableStack();
  let house: House;
  let prometheus: Prometheus;
  let metrics: string;
  beforeAll(async () => {
    const app = stack.use(await startReceiver());
    const port = await freePort();
    house = stack.use(
      await openHouse('postgres', { env: { ...TELLING_ENV, METRICS_PORT: String(port) } }),
    );
    const { secret } = await insertEndpoint(house.database.pool, app.url);
    app.verifyWith(secret);
    metrics = `127.0.0.1:${port}`;
    prometheus = stack.use(await startPrometheus([metrics]));
    await house.addUser('ada');
    const webviewId = await house.seam.createWebview({ id: 'ada' });
    const { events } = await house.seam.completeWebview(webviewId, { email: 'a@locks.example' });
    await house.deliver(...events);
    await house.settled(webviewId, 'linked');
    await until('the app to be told', () => app.got.length > 0);
    // Two scrapes make a rate, and the whole is measured every ten seconds.
    await until('a scrape of it all', async () => {
      const rows = await prometheus.query(
        'seam_reconciler_webhook_to_app_seconds_count > 0 and on (job) seam_reconciler_workers > 0 and on (job) (changes(seam_reconciler_vitals_measured_timestamp_seconds[1m]) > 0)',
      );
      return rows.length > 0;
    });
    await until('the rules to be worked out', async () => {
      const rows = await prometheus.query('seam_reconciler:told_late:ratio_rate3d');
      return rows.length > 0;
    });
  });
  afterAll(() => stack.disposeAsync());

  test('each metric that is asked for is one of ours, with its type and what it says', async () => {
    const text = await (await fetch(`http://${metrics}/metrics`)).text();
    const known = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
    const asked = new Set(allQueries().flatMap(({ expr }) => metricsIn(expr)));
    expect(asked.size).toBeGreaterThan(30);
    expect([...asked].filter(name => !known.has(name))).toEqual([]);
  });

  test.each(allQueries())('$where is answered', async ({ where, expr }) => {
    const rows = await prometheus.query(expr);
    if (isAlert(where)) expect(rows).toEqual([]);
    else if (!MAY_BE_NONE.test(expr)) expect(rows, expr).not.toEqual([]);
  });

  test('a promise that was kept is all green', async () => {
    for (const name of ['acknowledged', 'linked', 'told']) {
      const rows = await prometheus.query(`seam_reconciler:${name}_late:ratio_rate1h`);
      expect(rows, name).toEqual([{ labels: expect.any(Object), value: 0 }]);
    }
  });
});
