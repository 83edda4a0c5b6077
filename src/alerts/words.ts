import { type AlertNoticeKind, type AlertRule, runbookOf } from '../model/alert.ts';
import type { AlertKey } from './given.ts';
import { ALERT_PAGES } from './pages.ts';

/* What a message about alerts says, whatever channel it goes to. */

/** What to do first, in one line; the runbook has the rest. */
const FIRST_STEPS = {
  key_refused:
    'Put a valid API key of the workspace where the settings have it, or have the workspace reactivated. Checks resume automatically.',
  seam_throttled:
    'See what else asks Seam with the same key, and have it ask less. Checks resume automatically when Seam allows.',
  seam_away:
    "See status.seam.co, and check this machine's network. Checks resume automatically when Seam answers.",
  silence: 'Run "webhook check", and see whether Seam’s webhooks reach "serve".',
  webhook_wrong: 'Run "webhook check", then "webhook setup --url … --update".',
  backlog: 'Run "queue status": start more workers, or find out what slows down those that run.',
  intake_stuck:
    'See whether a transaction in Postgres holds rows for long, and whether "serve" and "work" run.',
  reason_jump: 'Open the connections with this reason: most of them have one cause.',
  endpoint_failing:
    "See on the endpoint's page what your app answered, or what it lacks, and fix that.",
  drift_found: 'Open the comparison: it says of each account what to do.',
  no_worker: 'Start "work" (or "serve --work"), and read why the last one ended.',
  database_full: 'Give the database more room, or shorten RETENTION_DAYS.',
} as const satisfies Record<AlertRule, string>;

const CONSOLE_PATH = '/support';

/** Where links lead. */
export type Links = Readonly<{
  /** Null: nobody has said how the console is reached. */
  consoleUrl: string | null;
  /** Null: the runbooks are named as files of this repository. */
  runbooksUrl: string | null;
}>;

/** One alert, as a message has it. */
export type ToldAlert = Readonly<{
  id: number;
  rule: AlertRule;
  about: string;
  sentence: string;
  beganAt: Date;
  /** Null: it is still so. */
  endedAt: Date | null;
  firstStep: string;
  /** A URL, or where it is in this repository. */
  runbook: string;
  /** Null: nobody has said how the console is reached. */
  page: string | null;
}>;

export const toTold = (
  alert: AlertKey & Pick<ToldAlert, 'id' | 'sentence' | 'beganAt' | 'endedAt'>,
  { consoleUrl, runbooksUrl }: Links,
): ToldAlert => {
  const runbook = runbookOf(alert.rule);
  return {
    ...alert,
    firstStep: FIRST_STEPS[alert.rule],
    runbook: runbooksUrl === null ? runbook : `${runbooksUrl}/${runbook.split('/').at(-1)}`,
    page:
      consoleUrl === null
        ? null
        : `${consoleUrl.replace(/\/$/, '')}${CONSOLE_PATH}${ALERT_PAGES[alert.rule].path(alert.about)}`,
  };
};

/** A message to a channel. */
export type AlertMessage = Readonly<{
  /** The same for each try: who has taken it once knows it again. */
  id: string;
  kind: AlertNoticeKind;
  at: Date;
  alerts: readonly ToldAlert[];
  /** Ids of the messages that told the channel of these alerts before. */
  references: readonly string[];
}>;

/** `2026-11-28 05:10 UTC` */
export const timeWords = (at: Date): string =>
  `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** The state of one alert, before its sentence. */
const whenWords = ({ beganAt, endedAt }: Pick<ToldAlert, 'beganAt' | 'endedAt'>): string =>
  endedAt === null
    ? `Since ${timeWords(beganAt)}`
    : `Was so from ${timeWords(beganAt)} to ${timeWords(endedAt)}`;

/** In one line. */
export const titleOf = ({ kind, alerts }: Pick<AlertMessage, 'kind' | 'alerts'>): string => {
  if (kind === 'test') return 'Test: alerts of seam-reconciler reach this place';
  const [first, ...others] = alerts;
  const isOver = kind === 'over' || alerts.every(({ endedAt }) => endedAt !== null);
  const what =
    first === undefined || others.length > 0 ? `${alerts.length} problems` : first.sentence;
  return isOver ? `Over: ${what}` : what;
};

const LONGEST_LINE = 200;
/** As a subject or a heading has it. */
export const shortened = (text: string): string =>
  text.length <= LONGEST_LINE ? text : `${text.slice(0, LONGEST_LINE - 1)}…`;

/** Each alert as lines of plain text. */
export const linesOf = (alert: ToldAlert): readonly string[] => [
  alert.sentence,
  `${whenWords(alert)}.`,
  ...(alert.endedAt === null
    ? [`What to do: ${alert.firstStep}`, `Runbook: ${alert.runbook}`]
    : []),
  ...(alert.page === null ? [] : [`Console: ${alert.page}`]),
];

const TEST_TEXT =
  'This is a test. When something is wrong, it is told here once when it begins, and once when it is over.';

/** All of it as plain text. */
export const textOf = (message: AlertMessage): string =>
  message.kind === 'test'
    ? TEST_TEXT
    : message.alerts.map(alert => linesOf(alert).join('\n')).join('\n\n');
