import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { faultsOf } from '../fixtures/config-faults.ts';
import { OTHER_SECRET, SECRET } from '../fixtures/settings.ts';

const EMAIL = {
  ALERT_EMAIL_TO: 'oncall@example.com, ada@example.com',
  ALERT_EMAIL_FROM: 'alerts@example.com',
  SMTP_URL: 'smtps://user:pw@mail.example.com',
};
const ROUTING_KEYS = ['k'.repeat(32), 'l'.repeat(32)];

test('alerts go to several places, each by its name', () => {
  const { alerts } = parseConfig({
    ...EMAIL,
    ALERT_SLACK_URL: 'https://hooks.example.com/a, https://hooks.example.com/b',
    ALERT_PAGERDUTY_KEY: ROUTING_KEYS.join(),
    ALERT_PAGERDUTY_URL: 'https://events.eu.pagerduty.com/v2/enqueue',
    ALERT_URL: 'https://alerts.example.com/in',
    ALERT_URL_SECRET: `${SECRET},${OTHER_SECRET}`,
    ALERT_SEAM_MINUTES: '5',
    ALERT_BACKLOG_MINUTES: '6',
    ALERT_ENDPOINT_MINUTES: '7',
    ALERT_DISK_PERCENT: '80',
    RUNBOOKS_URL: 'https://wiki.example.com/runbooks/',
  });
  const url = 'https://events.eu.pagerduty.com/v2/enqueue';
  expect(alerts).toEqual({
    channels: [
      { kind: 'slack', name: 'slack', url: 'https://hooks.example.com/a' },
      { kind: 'slack', name: 'slack 2', url: 'https://hooks.example.com/b' },
      {
        kind: 'email',
        name: 'email',
        smtpUrl: EMAIL.SMTP_URL,
        from: EMAIL.ALERT_EMAIL_FROM,
        to: ['oncall@example.com', 'ada@example.com'],
      },
      { kind: 'pagerduty', name: 'pagerduty', url, routingKey: ROUTING_KEYS[0] },
      { kind: 'pagerduty', name: 'pagerduty 2', url, routingKey: ROUTING_KEYS[1] },
      {
        kind: 'url',
        name: 'url',
        url: 'https://alerts.example.com/in',
        secrets: [SECRET, OTHER_SECRET],
      },
    ],
    limits: { seamMinutes: 5, backlogMinutes: 6, endpointMinutes: 7, diskPercent: 80 },
    runbooksUrl: 'https://wiki.example.com/runbooks',
  });
});

test.each(Object.keys(EMAIL))('%s is nothing without what belongs to it', left => {
  const { [left as keyof typeof EMAIL]: _, ...others } = EMAIL;
  const [one, other] = Object.keys(others);
  expect(faultsOf(others).faults).toEqual([`${left} must be set if ${one} or ${other} is`]);
});

test.each([
  [{ ALERT_URL: 'https://alerts.example.com' }, 'ALERT_URL_SECRET must be set if ALERT_URL is'],
  [{ ALERT_URL_SECRET: SECRET }, 'ALERT_URL must be set if ALERT_URL_SECRET is'],
])('%j is half of what is needed', (env, fault) => {
  expect(faultsOf(env).faults).toEqual([fault]);
});

test.each([
  ['ALERT_SLACK_URL', 'hooks.example.com/a'],
  ['ALERT_EMAIL_TO', 'oncall'],
  ['ALERT_EMAIL_TO', 'On call <oncall@example.com>'],
  ['ALERT_EMAIL_FROM', 'a@example.com, b@example.com'],
  ['SMTP_URL', 'https://mail.example.com'],
  ['ALERT_PAGERDUTY_KEY', 'too-short'],
  ['ALERT_PAGERDUTY_URL', 'events.pagerduty.com'],
  ['ALERT_URL', 'ftp://alerts.example.com'],
  ['ALERT_URL_SECRET', 'secret'],
  ['ALERT_SEAM_MINUTES', '0'],
  ['ALERT_DISK_PERCENT', '101'],
  ['RUNBOOKS_URL', 'docs/runbooks'],
])('%s=%s is refused by name', (name, value) => {
  expect(faultsOf({ [name]: value }).faults.join()).toMatch(new RegExp(`(^|,)${name} must be `));
});
