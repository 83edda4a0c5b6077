import { Webhook } from 'svix';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../src/alerts/channels/channel.ts';
import { openChannels } from '../../src/alerts/channels/channels.ts';
import { sendTestAlert } from '../../src/alerts/test-alert.ts';
import type { AlertChannelSettings } from '../../src/config/alerts.ts';
import {
  type AlertReceiver,
  alertMessage,
  startAlertReceiver,
  toldAlert,
} from '../fixtures/alert-channels.ts';
import { OTHER_SECRET, SECRET } from '../fixtures/settings.ts';

const ENDED_AT = new Date('2026-11-28T05:10:00.000Z');

let receiver: AlertReceiver;
const last = () => receiver.got.at(-1);
const lastBody = () => JSON.parse(last()?.text ?? '') as Record<string, unknown>;

const open = (one: AlertChannelSettings, networks = ['127.0.0.0/8']): Channel => {
  const [channel] = openChannels([one], networks);
  if (channel === undefined) throw new Error('nothing was opened');
  return channel;
};
const slack = () => open({ kind: 'slack', name: 'slack', url: receiver.url });
const pagerDuty = () =>
  open({ kind: 'pagerduty', name: 'pagerduty', url: receiver.url, routingKey: 'k'.repeat(32) });
const ownUrl = () =>
  open({ kind: 'url', name: 'url', url: receiver.url, secrets: [SECRET, OTHER_SECRET] });

beforeAll(async () => {
  receiver = await startAlertReceiver();
});
afterAll(() => receiver[Symbol.asyncDispose]());
beforeEach(() => receiver.answer(202));

describe('Slack', () => {
  test('gets blocks, and the same as plain text', async () => {
    expect(await slack().send(alertMessage())).toBeNull();
    expect(lastBody()).toEqual({
      text: 'No worker is running.',
      blocks: [
        {
          type: 'section',
          text: { type: 'plain_text', emoji: false, text: 'No worker is running.' },
        },
        {
          type: 'section',
          text: {
            type: 'plain_text',
            emoji: false,
            text: [
              'No worker is running.',
              'Since 2026-11-28 04:50 UTC.',
              'What to do: Start "work".',
              'Runbook: https://wiki.example.com/no-worker.md',
              'Console: https://support.example.com/queue',
            ].join('\n'),
          },
        },
      ],
    });
  });

  test('mentions nobody, whatever a name is', async () => {
    await slack().send(
      alertMessage({ alerts: [toldAlert({ sentence: 'Endpoint "<!channel>"' })] }),
    );
    expect(lastBody().text).toBe('Endpoint "&lt;!channel&gt;"');
  });

  test('gets no more blocks than it takes', async () => {
    const alerts = Array.from({ length: 60 }, (_, id) => toldAlert({ id }));
    await slack().send(alertMessage({ alerts }));
    expect(lastBody()).toMatchObject({ text: '60 problems' });
    expect((lastBody().blocks as unknown[]).length).toBeLessThanOrEqual(50);
  });
});

describe('PagerDuty', () => {
  const sent = (from: number) =>
    receiver.got.slice(from).map(({ text }) => JSON.parse(text) as Record<string, unknown>);

  test('is triggered for each alert, and resolves by the same key', async () => {
    const from = receiver.got.length;
    const alerts = [toldAlert(), toldAlert({ id: 6, rule: 'silence', about: 'ws1' })];
    expect(await pagerDuty().send(alertMessage({ alerts }))).toBeNull();
    expect(await pagerDuty().send(alertMessage({ kind: 'over', alerts }))).toBeNull();
    const [first, second, ...resolved] = sent(from);
    expect(first).toEqual({
      routing_key: 'k'.repeat(32),
      dedup_key: 'seam-reconciler/no_worker/5/1795841400000',
      event_action: 'trigger',
      client: 'seam-reconciler',
      client_url: 'https://support.example.com/queue',
      payload: {
        summary: 'No worker is running.',
        source: 'seam-reconciler',
        severity: 'critical',
        timestamp: '2026-11-28T04:50:00.000Z',
        component: 'seam-reconciler',
        class: 'no_worker',
        custom_details: {
          since: '2026-11-28 04:50 UTC',
          first_step: 'Start "work".',
          runbook: 'https://wiki.example.com/no-worker.md',
        },
      },
      links: [
        { href: 'https://wiki.example.com/no-worker.md', text: 'Runbook' },
        { href: 'https://support.example.com/queue', text: 'Console' },
      ],
    });
    expect(resolved).toEqual(
      [first, second].map(event => ({
        routing_key: 'k'.repeat(32),
        dedup_key: event?.dedup_key,
        event_action: 'resolve',
      })),
    );
    expect(first?.dedup_key).not.toBe(second?.dedup_key);
  });

  test('calls nobody for what was over before it could be told', async () => {
    const from = receiver.got.length;
    await pagerDuty().send(alertMessage({ alerts: [toldAlert({ endedAt: ENDED_AT })] }));
    expect(sent(from)).toEqual([expect.objectContaining({ event_action: 'resolve' })]);
  });

  test('takes no more of a message once one event failed', async () => {
    const from = receiver.got.length;
    receiver.answer(429);
    const alerts = [toldAlert(), toldAlert({ id: 6 })];
    expect(await pagerDuty().send(alertMessage({ alerts }))).toBe(
      'The answer was 429 (Too Many Requests).',
    );
    expect(sent(from)).toHaveLength(1);
  });
});

describe('a URL', () => {
  test('gets all of it, signed with each secret, under the id of the message', async () => {
    expect(
      await ownUrl().send(alertMessage({ alerts: [toldAlert({ endedAt: ENDED_AT })] })),
    ).toBeNull();
    const { headers, text = '' } = last() ?? {};
    for (const secret of [SECRET, OTHER_SECRET]) {
      const verify = () => new Webhook(secret).verify(text, headers as Record<string, string>);
      expect(verify).not.toThrow();
    }
    expect(JSON.parse(text)).toEqual({
      type: 'alert.began',
      id: 'alert-m1-9',
      timestamp: '2026-11-28T05:00:00.000Z',
      title: 'Over: No worker is running.',
      alerts: [
        {
          id: 5,
          rule: 'no_worker',
          about: '',
          sentence: 'No worker is running.',
          began_at: '2026-11-28T04:50:00.000Z',
          ended_at: '2026-11-28T05:10:00.000Z',
          first_step: 'Start "work".',
          runbook: 'https://wiki.example.com/no-worker.md',
          page: 'https://support.example.com/queue',
        },
      ],
    });
    expect(headers?.['webhook-id']).toBe('alert-m1-9');
  });
});

describe.each([
  ['Slack', slack],
  ['PagerDuty', pagerDuty],
  ['a URL', ownUrl],
])('%s', (_name, channel) => {
  test.each([
    [500, 'The answer was 500 (Internal Server Error).'],
    [404, 'The answer was 404 (Not Found).'],
    [302, 'The answer was 302 (Found).'],
  ])('answers %i: told in words, without what it said', async (status, fault) => {
    receiver.answer(status);
    expect(await channel().send(alertMessage())).toBe(fault);
  });
});

test('nothing goes to a private address that the settings don’t allow', async () => {
  const from = receiver.got.length;
  const fault = await open({ kind: 'slack', name: 'slack', url: receiver.url }, []).send(
    alertMessage(),
  );
  expect(fault).toMatch(/^Nothing was sent: 127\.0\.0\.1 is not a public address/);
  expect(receiver.got).toHaveLength(from);
});

test('a test message goes to each channel that is set, and says of each what came of it', async () => {
  const from = receiver.got.length;
  const channels = [
    { kind: 'slack', name: 'slack', url: receiver.url },
    { kind: 'slack', name: 'slack 2', url: 'http://127.0.0.1:1' },
    { kind: 'url', name: 'url', url: receiver.url, secrets: [SECRET] },
    { kind: 'pagerduty', name: 'pagerduty', url: receiver.url, routingKey: 'k'.repeat(32) },
  ] as const;
  const deps = { alerts: { channels }, endpointPrivateNetworks: ['127.0.0.0/8'] };
  expect(await sendTestAlert(deps)).toEqual([
    { channel: 'slack', ok: true, fault: null },
    { channel: 'slack 2', ok: false, fault: 'The connection was refused: nothing listens there.' },
    { channel: 'url', ok: true, fault: null },
    { channel: 'pagerduty', ok: true, fault: null },
  ]);
  // PagerDuty is told that it is over, too.
  const got = receiver.got.slice(from).map(({ text }) => text);
  expect(got.filter(text => text.includes('Test: alerts of seam-reconciler'))).toHaveLength(3);
  expect(got.filter(text => text.includes('resolve'))).toHaveLength(1);
  expect(await sendTestAlert(deps, ['url'])).toEqual([{ channel: 'url', ok: true, fault: null }]);
});
