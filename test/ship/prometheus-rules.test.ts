import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { PROMETHEUS_FOLDER } from '../fixtures/monitoring.ts';
import { hasPrometheus } from '../fixtures/prometheus.ts';

/* What Prometheus itself says of deploy/prometheus: rules.test.yml makes each fault, and looks who is called. */

test.skipIf(!hasPrometheus).each([
  ['check', 'config', 'prometheus.yml'],
  ['check', 'rules', '--lint=all', '--lint-fatal', 'rules.yml'],
  ['test', 'rules', 'rules.test.yml'],
])('promtool %s %s', (...args) => {
  const { status, stdout, stderr } = spawnSync('promtool', args, {
    cwd: PROMETHEUS_FOLDER,
    encoding: 'utf8',
  });
  expect(status, `${stdout}${stderr}`).toBe(0);
});
