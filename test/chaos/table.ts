import { PROBLEM_KINDS } from './problems.ts';
import type { Report } from './report.ts';

type Row = readonly [label: string, value: string, note?: string | undefined];

const LABEL_WIDTH = 24;
const VALUE_WIDTH = 10;

const line = ([label, value, note]: Row): string =>
  `  ${label.padEnd(LABEL_WIDTH)}${value.padStart(VALUE_WIDTH)}   ${note ?? ''}`.trimEnd();
const section = (title: string, rows: readonly Row[]): string =>
  [title, ...rows.map(line)].join('\n');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The report for people. */
export const tableOf = (report: Report): string =>
  [
    `Chaos: ${report.sent} deliveries, ${report.faults} faults, queue in ${report.queue}`,
    section('Deliveries', [
      ['sent', String(report.sent), `of ${report.events} events`],
      ['acknowledged', String(report.acknowledged)],
      ['refused', String(report.refused), 'answers other than 2xx'],
      ['unanswered', String(report.unanswered), 'no answer came, or none within 15 s'],
      ['sent again', String(report.sent_again)],
      ['stored events', String(report.stored), unacknowledged(report)],
    ]),
    section('Subjects', [
      ['settled as they should', String(report.settled), `of ${report.subjects}`],
      ['runs finished', String(report.runs.finished)],
      ['runs interrupted', String(report.runs.interrupted)],
    ]),
    section('The app', [
      ['messages', String(report.messages)],
      ['received', String(report.received), 'some of them more than once'],
    ]),
    section('Alerts', [
      ['opened', String(report.alerts.opened)],
      ['messages', String(report.alerts.messages), 'over two channels'],
      ['shown twice', String(report.alerts.shown_twice), 'by the one that knows no ids'],
    ]),
    section(
      'Problems',
      PROBLEM_KINDS.map(kind => [kind, String(report[kind])]),
    ),
    section(
      'Faults',
      Object.entries(report.faults_by_kind).map(([kind, { count, recovery_max_ms }]) => [
        kind,
        String(count),
        recovery_max_ms === null
          ? 'no recovery seen'
          : `recovered in ≤ ${seconds(recovery_max_ms)}`,
      ]),
    ),
    section('Time to recover', [
      ['p50', seconds(report.recovery.p50_ms)],
      ['p99', seconds(report.recovery.p99_ms)],
      ['max', seconds(report.recovery.max_ms), `measured for ${report.recovery.measured} faults`],
    ]),
    section('Duration', [
      ['sending', seconds(report.sending_ms)],
      ['settling', seconds(report.settling_ms)],
    ]),
    `Again: ${report.command}`,
    verdict(report),
  ].join('\n\n');

const unacknowledged = ({ stored_unacknowledged: count }: Report): string | undefined =>
  count === 0 ? undefined : `${count} of them never acknowledged: harmless`;

const verdict = (report: Report): string => {
  if (report.ok) return 'The books are right.';
  const all = PROBLEM_KINDS.reduce((sum, kind) => sum + report[kind], 0);
  const named = report.first_problems.map(({ kind, id, what }) => `  ${kind}  ${id}: ${what}`);
  const more = all > named.length ? [`  … and ${all - named.length} more`] : [];
  return [`The books are WRONG (seed ${report.seed}):`, ...named, ...more].join('\n');
};
