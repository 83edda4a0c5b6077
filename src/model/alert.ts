/** Of what somebody is called. Closed: each has a runbook, `docs/runbooks/<its name with hyphens>.md`. */
export const ALERT_RULES = [
  'key_refused',
  'seam_throttled',
  'seam_away',
  'silence',
  'webhook_wrong',
  'backlog',
  'intake_stuck',
  'reason_jump',
  'endpoint_failing',
  'drift_found',
  'no_worker',
  'database_full',
] as const;
export type AlertRule = (typeof ALERT_RULES)[number];

/** What a message about alerts says of them. */
export type AlertNoticeKind = 'began' | 'over' | 'test';

/** Where in this repository it says what to do. */
export const runbookOf = (rule: AlertRule): string =>
  `docs/runbooks/${rule.replaceAll('_', '-')}.md`;
