import { describeCounts, runName } from '../support/bulk/action-words.ts';
import type { BulkRun } from '../support/bulk/read.ts';
import { BULK_STATE_WORDS, leftOutLines, number } from '../support/bulk/words.ts';
import { formatTable, printLine, printNotice } from './print.ts';

/** A bulk run, in lines for a terminal. */
export const describe = (run: BulkRun): string => {
  const { label } = BULK_STATE_WORDS[run.state];
  const because = run.stopped_because === null ? '' : ` (${run.stopped_because})`;
  const started = run.started_by === null ? '' : `, started by ${run.started_by}`;
  return [
    `Bulk run ${run.id}: ${runName(run)}: ${label}${because}`,
    `  ${run.selection}`,
    ...(run.given_words === null ? [] : [`  ${run.given_words}`]),
    `  planned ${run.planned_at} by ${run.planned_by}${started}`,
    ...(run.asked_by === null ? [] : [`  asked for ${run.asked_at} by ${run.asked_by}`]),
    ...(run.why === null ? [] : [`  why: ${run.why}`]),
    `  ${describeCounts(run)}`,
    ...(run.waits_because === null ? [] : [`  waiting: ${run.waits_because}`]),
    ...leftOutLines(run.left_out).map(line => `  left out: ${line}`),
  ].join('\n');
};

/** Bulk runs, a line each. */
export const printRuns = (runs: readonly BulkRun[]): void => {
  if (runs.length === 0) {
    printNotice('There are no bulk runs yet.');
    return;
  }
  printLine(
    formatTable(
      ['ID', 'STATE', 'WHAT', 'NUMBER', 'MATCHED', 'RESULT', 'BY', 'WHEN'],
      runs.map(run => [
        String(run.id),
        BULK_STATE_WORDS[run.state].label,
        run.action,
        number(run.total),
        run.selection,
        describeCounts(run),
        run.started_by ?? run.planned_by,
        run.started_at ?? run.planned_at,
      ]),
    ),
  );
};
