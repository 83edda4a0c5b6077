import type { AlertRule } from '../model/alert.ts';

/** Where the console has what an alert is seen to by. */
type AlertPage = Readonly<{
  /** What the link says. */
  label: string;
  /** Below the console's own path. @param about what the alert is about; empty: the whole */
  path: (about: string) => string;
}>;

const QUEUE: AlertPage = { label: 'View queue', path: () => '/queue' };

/** The page of each rule. */
export const ALERT_PAGES: Readonly<Record<AlertRule, AlertPage>> = {
  key_refused: QUEUE,
  seam_throttled: QUEUE,
  seam_away: QUEUE,
  silence: QUEUE,
  webhook_wrong: QUEUE,
  backlog: QUEUE,
  intake_stuck: QUEUE,
  reason_jump: {
    label: 'Review connections',
    path: reason => `/connections?state=open&reason=${encodeURIComponent(reason)}`,
  },
  endpoint_failing: {
    label: 'View endpoint',
    path: id => `/endpoints/${encodeURIComponent(id)}`,
  },
  drift_found: {
    label: 'View drift',
    // Until all findings of a comparison were one alert, each was one of its own.
    path: finding => (finding === '' ? '/drift' : `/drift/${encodeURIComponent(finding)}`),
  },
  no_worker: QUEUE,
  database_full: QUEUE,
};
