import { expect, test } from 'vitest';
import { startMetrics } from '../../src/app/metrics.ts';
import { openDatabase } from '../../src/db/client.ts';
import { createMetrics } from '../../src/metrics/registry.ts';
import { runHere } from '../fixtures/here.ts';
import { silentLog } from '../fixtures/settings.ts';

test('a port that is taken is told by the name of its setting', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/none';
  await using database = openDatabase({ url, name: 'test', max: 1, log: silentLog });
  const startOn = (metricsPort: number) =>
    startMetrics({ database, log: silentLog }, createMetrics(), { host: '127.0.0.1', metricsPort });
  await using first = await startOn(0);
  await expect(startOn(first?.port ?? 0)).rejects.toThrow(
    /^Can't listen on 127\.0\.0\.1, port \d+ \(EADDRINUSE\)\. Choose another with HOST and METRICS_PORT\.$/,
  );
});

test('"work" refuses the port of its health', async () => {
  const { code, stderr } = await runHere(['work', '--health-port', '9464'], {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    SEAM_API_KEY: 'seam_key1_1',
    METRICS_PORT: '9464',
  });
  expect(code).not.toBe(0);
  expect(stderr).toContain('METRICS_PORT must differ from --health-port');
});
