import type { Env } from '../config/config.ts';

/** What the commands of a laptop have from the `npm start` that runs there: so that they say and do the same. */
const APP_SETTINGS = [
  'USER_METADATA_KEY',
  'USER_IDENTITY',
  'USER_IDENTITY_CONFLICT',
  'USERS_TABLE',
  'USERS_ID_COLUMN',
  'WEBVIEW_LOOK_AFTER_MINUTES',
  'RETENTION_DAYS',
  'AUDIT_RETENTION_DAYS',
  'NOTES_RETENTION_DAYS',
  'FAILED_RETENTION_DAYS',
  'WEBHOOK_URL',
  'RUNBOOKS_URL',
  'ALERT_SLACK_URL',
  'ALERT_EMAIL_TO',
  'ALERT_EMAIL_FROM',
  'SMTP_URL',
  'ALERT_PAGERDUTY_KEY',
  'ALERT_PAGERDUTY_URL',
  'ALERT_URL',
  'ALERT_URL_SECRET',
  'ALERT_SEAM_MINUTES',
  'ALERT_BACKLOG_MINUTES',
  'ALERT_ENDPOINT_MINUTES',
  'ALERT_DISK_PERCENT',
] as const;

/** Those of the app's settings that this was started with. */
export const givenOf = (env: Env): Record<string, string> =>
  Object.fromEntries(APP_SETTINGS.flatMap(name => (env[name] ? [[name, env[name]] as const] : [])));
