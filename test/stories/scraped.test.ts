import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSeam } from '../../src/seam/client.ts';
import { EVENT_TYPES } from '../../src/seam/events.ts';
import { insertEndpoint, TELLING_ENV } from '../fixtures/endpoint.ts';
import { startReceiver } from '../fixtures/endpoints.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { allQueries } from '../fixtures/monitoring.ts';
import { freePort } from '../fixtures/ports.ts';
import { hasPrometheus, type Prometheus, startPrometheus } from '../fixtures/prometheus.ts';
import type { TestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';

/* A Prometheus scrapes a house in which an account was linked and the app was told: what the dashboard then has to show. */

/** What is there only once something is wrong, somebody has done something, or a night has passed. */
const MAY_BE_NONE =
  /_(?:hold|endpoint_trouble|accounted_for_until_timestamp_seconds|drift_\w+|bulk_runs|sign_ins_total|alert_notices_total|database_disk_used_ratio)\b|^max by \(alertname\)/;
/** A rule has no row while all is well; shares of the rules are there where something was counted. */
const isAlert = (where: string): boolean => where.startsWith('SeamReconciler');

/** As Seam wants it, or an alert would be right. @returns the setting that takes what it signs, and the tests */
const registerWebhook = async ({ apiKey, endpoint }: TestSeam): Promise<string> => {
  const seam = createSeam({ apiKey, workspaceId: null, endpoint });
  const url = 'https://locks.example/webhooks/seam';
  const wanted = { url, eventTypes: EVENT_TYPES };
  const { secret } = await seam.createWebhook(wanted, new AbortController().signal);
  return [SECRET, secret ?? ''].filter(each => each.startsWith('whsec_')).join(',');
};

describe.skipIf(!hasPrometheus)('what Prometheus and Grafana ask', () => {
  const stack = new AsyncDisposableStack();
  let house: House;
  let prometheus: Prometheus;
  beforeAll(async () => {
    const app = stack.use(await startReceiver());
    const port = await freePort();
    house = stack.use(
      await openHouse('postgres', {
        env: async seam => ({
          ...TELLING_ENV,
          METRICS_PORT: String(port),
          SEAM_WEBHOOK_SECRET: await registerWebhook(seam),
        }),
      }),
    );
    const { secret } = await insertEndpoint(house.database.pool, app.url);
    app.verifyWith(secret);
    prometheus = stack.use(await startPrometheus([`127.0.0.1:${port}`]));
    // Of what had happened before the first scrape there would be no rate.
    await until('the first scrape', async () => {
      const rows = await prometheus.query('seam_reconciler_webhook_to_app_seconds_count == 0');
      return rows.length > 0;
    });
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
