import { ALERT_PAGES } from '../../alerts/pages.ts';
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
export const alertPageLabel = (rule: AlertRule): string => ALERT_PAGES[rule].label;

/** How a message to a channel stands, as of one alert. */
export const NOTICE_WORDS = {
  sent: { label: 'Told', mood: 'good', icon: '✓' },
  waiting: { label: 'To be told', mood: 'plain', icon: '…' },
  retrying: { label: 'Trying again', mood: 'warn', icon: '↻' },
  given_up: { label: 'Given up', mood: 'bad', icon: '!' },
} as const;
