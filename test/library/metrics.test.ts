import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createReconciler } from '../../src/library/index.ts';
import { ROOT } from '../fixtures/documents.ts';
import { openApp, openGround } from '../fixtures/library.ts';
import { scrape } from '../fixtures/metrics.ts';
import { until } from '../fixtures/wait.ts';
import { post } from '../fixtures/webhooks.ts';

test('what the router and the worker have done is counted, and served by the app', async () => {
  await using ground = await openGround();
  await ground.database.pool.query(`insert into reconciler.users (id) values ('ada')`);
  await using app = await openApp({ ...ground.options, metrics: true }, (their, reconciler) => {
    their.use(reconciler.router);
    their.get('/metrics', async (_request, response) => {
      const { contentType, body } = await reconciler.metrics();
      response.set('content-type', contentType).send(body);
    });
  });
  await app.reconciler.work();
  expect((await scrape(app.url)).of('runs_total')).toBeUndefined();
  const webview = await ground.seam.createWebview({ id: 'ada' });
  const { events } = await ground.seam.completeWebview(webview, { email: 'ada@locks.example' });
  for (const event of events) expect((await post(app.url, event)).status).toBe(204);
  await until('the account to be linked', async () => {
    const accounts = await app.reconciler.accountsOf('ada');
    return accounts.length === 1;
  });
  const scraped = await until('its run to be counted', async () => {
    const now = await scrape(app.url);
    return now.of('runs_total', { outcome: 'linked' }) === undefined ? null : now;
  });
  expect(scraped.of('webhooks_total', { answer: 'stored' })).toBe(events.length);
  expect(scraped.of('webhook_to_link_seconds_count')).toBe(1);
  expect(scraped.of('seam_requests_total', { outcome: 'ok' })).toBeGreaterThan(0);
  expect(scraped.of('pool_connections', { pool: 'main' })).toBeGreaterThan(0);
  expect(scraped.of('build_info')).toBe(1);
  await until('the whole to be measured', async () => {
    return (await scrape(app.url)).of('processes', { kind: 'serve' }) === 1;
  });
  // Those of Node are the app's own: a name that comes twice would spoil all of it.
  expect(scraped.text).not.toMatch(/^(?:nodejs|process)_/m);
  const response = await fetch(`${app.url}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  await app.reconciler.stop();
  await expect(app.reconciler.metrics()).rejects.toMatchObject({ code: 'stopped' });
});

test('without the option it says so', async () => {
  await using ground = await openGround();
  await using reconciler = createReconciler(ground.options);
  const fault = await reconciler.metrics().catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'invalid', message: expect.stringContaining('metrics') });
});

/** Which files of prom-client a process has loaded that opened itself with these options. */
const PROGRAM = `
  import { createRequire } from 'node:module';
  const { createReconciler } = await import('./src/library/index.ts');
  const reconciler = createReconciler(JSON.parse(process.argv[1]));
  await reconciler.health();
  await reconciler.stop();
  const { cache } = createRequire(import.meta.url);
  console.log(Object.keys(cache).filter(file => file.includes('/prom-client/')).length);`;

test.each([
  [false, false],
  [true, true],
])('metrics: %s; whether what counts is loaded: %s', async (metrics, isLoaded) => {
  const options = {
    databaseUrl: 'postgresql://app@127.0.0.1:1/app',
    seam: { apiKey: 'seam_test_key', webhookSecret: `whsec_${btoa('a secret of the tests')}` },
    ...{ metrics, logLevel: 'silent' },
  };
  const args = ['--input-type=module', '--eval', PROGRAM, JSON.stringify(options)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  expect(Number(stdout) > 0).toBe(isLoaded);
});
