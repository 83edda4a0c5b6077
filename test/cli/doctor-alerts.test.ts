import { expect, test } from 'vitest';
import { checkOfAlerts } from '../../src/cli/doctor-alerts.ts';
import { parseConfig } from '../../src/config/config.ts';

const look = async (env: Record<string, string>) => checkOfAlerts(parseConfig(env)).look();

test('doctor says where alerts go', async () => {
  expect(await look({})).toBe('sent to nobody: no channel is set');
  expect(await look({ ALERT_SLACK_URL: 'https://a.example.com,https://b.example.com' })).toBe(
    'sent to slack, slack 2',
  );
});

test('and that one goes where nothing may go', async () => {
  const env = { ALERT_SLACK_URL: 'https://127.0.0.1/hook' };
  await expect(look(env)).rejects.toThrow(/^slack: 127\.0\.0\.1 is not a public address/);
  expect(await look({ ...env, ENDPOINT_PRIVATE_NETWORKS: '127.0.0.0/8' })).toBe('sent to slack');
});
