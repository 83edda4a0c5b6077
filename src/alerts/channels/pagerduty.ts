import { post } from '../../endpoints/post.ts';
import type { AlertRule } from '../../model/alert.ts';
import { type AlertMessage, type ToldAlert, timeWords, titleOf } from '../words.ts';
import { answerFault, type Channel } from './channel.ts';

/** PagerDuty cuts what is longer. */
const LONGEST_SUMMARY = 1_000;
/** All events of a message together, each of which may take a few seconds. */
const ALL_WITHIN_MS = 25_000;
const EACH_WITHIN_MS = 10_000;

/** What wakes somebody, and what can wait until the morning. */
const SEVERITIES = {
  key_refused: 'critical',
  seam_throttled: 'warning',
  seam_away: 'error',
  silence: 'error',
  webhook_wrong: 'error',
  backlog: 'error',
  intake_stuck: 'critical',
  reason_jump: 'error',
  endpoint_failing: 'error',
  drift_found: 'warning',
  no_worker: 'critical',
  database_full: 'critical',
} as const satisfies Record<AlertRule, string>;

/** The same for whatever is said of an alert: a second trigger makes no second incident. */
const dedupKey = (alert: ToldAlert): string =>
  `seam-reconciler/${alert.rule}/${alert.id}/${alert.beganAt.getTime()}`;

const linkTo = (href: string | null, text: string) =>
  href !== null && URL.canParse(href) ? [{ href, text }] : [];

/**
 * An event of the Events API v2 for each alert, https://developer.pagerduty.com/docs/send-alert-event. What is over by
 * the time that it is sent calls nobody. Pure.
 */
const pagerDutyEvents = (routingKey: string, message: AlertMessage) => {
  if (message.kind === 'test') return testEvents(routingKey, message);
  return message.alerts.map(alert => {
    const event = { routing_key: routingKey, dedup_key: dedupKey(alert) };
    if (message.kind === 'over' || alert.endedAt !== null) {
      return { ...event, event_action: 'resolve' as const };
    }
    return {
      ...event,
      event_action: 'trigger' as const,
      client: 'seam-reconciler',
      ...(alert.page === null ? {} : { client_url: alert.page }),
      payload: {
        summary: alert.sentence.slice(0, LONGEST_SUMMARY),
        source: 'seam-reconciler',
        severity: SEVERITIES[alert.rule],
        timestamp: alert.beganAt.toISOString(),
        component: alert.about === '' ? 'seam-reconciler' : alert.about,
        class: alert.rule,
        custom_details: {
          since: timeWords(alert.beganAt),
          first_step: alert.firstStep,
          runbook: alert.runbook,
        },
      },
      links: [...linkTo(alert.runbook, 'Runbook'), ...linkTo(alert.page, 'Console')],
    };
  });
};

/** It calls nobody for long: what a test begins is over at once. */
const testEvents = (routingKey: string, message: AlertMessage) => {
  const event = { routing_key: routingKey, dedup_key: `seam-reconciler/test/${message.id}` };
  return [
    {
      ...event,
      event_action: 'trigger' as const,
      client: 'seam-reconciler',
      payload: { summary: titleOf(message), source: 'seam-reconciler', severity: 'info' },
    },
    { ...event, event_action: 'resolve' as const },
  ];
};

export const pagerDutyChannel = (
  { name, url, routingKey }: Readonly<{ name: string; url: string; routingKey: string }>,
  privateNetworks: readonly string[],
): Channel => ({
  name,
  keepsOpen: true,
  send: async message => {
    const began = performance.now();
    for (const event of pagerDutyEvents(routingKey, message)) {
      const leftMs = ALL_WITHIN_MS - (performance.now() - began);
      if (leftMs <= 0) return 'PagerDuty took too long. What it has taken, it knows again.';
      const sent = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
      const timeoutMs = Math.ceil(Math.min(EACH_WITHIN_MS, leftMs));
      const fault = answerFault(await post(url, sent, { privateNetworks, timeoutMs }));
      if (fault !== null) return fault;
    }
    return null;
  },
});
