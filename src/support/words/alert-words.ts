import { ALERT_RULES, type AlertRule } from '../../model/alert.ts';

/** What is wrong, in a few words, for a list. */
export const ALERT_TITLES = {
  key_refused: 'Seam rejects our key',
  seam_throttled: 'Seam keeps asking us to slow down',
  seam_away: 'Seam can’t be reached',
  silence: 'No webhooks, though Seam has events',
  webhook_wrong: 'The webhook in Seam isn’t as it should be',
  backlog: 'Checks wait too long',
  intake_stuck: 'Stored webhooks aren’t taken up',
  reason_jump: 'Many more connections fail',
  endpoint_failing: 'Your app isn’t told',
  drift_found: 'Records differ from Seam',
  no_worker: 'No worker is running',
  database_full: 'The database is running out of room',
} as const satisfies Record<AlertRule, string>;

export const isAlertRule = (text: string): text is AlertRule =>
  ALERT_RULES.some(rule => rule === text);

/** What the link to where it is seen to says. */
export const alertPageLabel = (rule: AlertRule): string => {
  switch (rule) {
    case 'reason_jump':
      return 'Review connections';
    case 'endpoint_failing':
      return 'View endpoint';
    case 'drift_found':
      return 'View drift';
    case 'key_refused':
    case 'seam_throttled':
    case 'seam_away':
    case 'silence':
    case 'webhook_wrong':
    case 'backlog':
    case 'intake_stuck':
    case 'no_worker':
    case 'database_full':
      return 'View queue';
    default:
      return rule satisfies never;
  }
};

/** How a message to a channel stands, as of one alert. */
export const NOTICE_WORDS = {
  sent: { label: 'Told', mood: 'good', icon: '✓' },
  waiting: { label: 'To be told', mood: 'plain', icon: '…' },
  retrying: { label: 'Trying again', mood: 'warn', icon: '↻' },
  given_up: { label: 'Given up', mood: 'bad', icon: '!' },
} as const;
