import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../access/actor.ts';
import type { Env } from '../config/config.ts';
import { plan, tryPlan } from '../support/bulk/plan.ts';
import { type BulkRun, listBulkItems, listBulkRuns, readBulkRun } from '../support/bulk/read.ts';
import { formatSelection, parseSelection, type Selection } from '../support/bulk/selection.ts';
import { start, stop } from '../support/bulk/start.ts';
import {
  BULK_STATE_WORDS,
  describeCounts,
  describeLength,
  describeSelection,
  type LeftOut,
  leftOutLines,
  number,
} from '../support/bulk/words.ts';
import type { Desk } from '../support/desk.ts';
import {
  type ConnectionFilter,
  formatFilter,
  parseFilter,
} from '../support/finding/connection-filter.ts';
import { confirm } from './confirm.ts';
import { EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';
import { showProgress } from './progress.ts';

type Why = { why?: string };
type Filter = Partial<
  Pick<ConnectionFilter, 'since' | 'until'> &
    Record<'state' | 'reason' | 'workspace' | 'user' | 'named', string>
>;

const SAMPLE_SIZE = 5;

const selectionOf = ({
  since,
  until,
  state,
  reason,
  workspace,
  user,
  named,
}: Filter): Selection => {
  const filter = parseFilter({
    state,
    reason,
    workspace,
    user,
    named,
    since: since?.toISOString(),
    until: until?.toISOString(),
  });
  return parseSelection(formatFilter(filter).toString());
};

/** `bulk plan`. */
export const bulkPlan = async (
  env: Env,
  options: Output & Why & Filter & { dryRun?: true },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const selection = selectionOf(options);
  if (options.dryRun) {
    const { total, leftOut, sample } = await tryPlan(desk, actor, selection);
    if (options.json) {
      const query = formatSelection(selection);
      printJson({ dry_run: true, query, total, left_out: leftOut, sample });
    } else {
      printLine(
        `${number(total)} would be planned: ${describeSelection(selection, desk.config.workspaces)}.`,
      );
      printPreview(leftOut, sample);
    }
    return EXIT.done;
  }
  const { why } = options;
  const run = await readBulkRun(desk, actor, await plan(desk, actor, selection, { why }));
  const items = await listBulkItems(desk.db, run.id, { limit: SAMPLE_SIZE });
  const sample = items.map(({ subject }) => subject);
  if (options.json) {
    printJson({ ...run, sample });
    return EXIT.done;
  }
  printLine(`Bulk run ${run.id}: retry of ${number(run.total)}, ${lengthOf(run)}.`);
  printLine(`  ${run.selection}`);
  printPreview(run.left_out, sample);
  printNotice(`Nothing has been retried yet. Start it with: bulk start ${run.id}`);
  return EXIT.done;
};

const lengthOf = ({ total, per_minute }: BulkRun): string =>
  `${describeLength(total, per_minute)} at ${number(per_minute)} a minute`;

const printPreview = (leftOut: LeftOut, sample: readonly string[]): void => {
  printLine(`  For example: ${sample.join(', ')}`);
  for (const line of leftOutLines(leftOut)) printLine(`  Left out: ${line}`);
};

/** `bulk start <id>`. */
export const bulkStart = async (
  env: Env,
  id: number,
  options: Output & Why & { yes?: true; wait?: true },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const planned = await readBulkRun(desk, actor, id);
  if (planned.state === 'planned') {
    const question = `Start retry of ${number(planned.total)} (${planned.selection}; ${lengthOf(planned)})?`;
    await confirm(question, options.yes === true);
  }
  await start(desk, actor, id, options.why);
  if (!options.wait) {
    const run = await readBulkRun(desk, actor, id);
    if (options.json) printJson(run);
    else printLine(`Started retry of ${number(run.total)}. See: bulk status ${id}`);
    return EXIT.done;
  }
  const run = await untilFinished(desk, actor, id, planned.total);
  if (options.json) printJson(run);
  else printLine(describe(run));
  return exitCodeOf(run);
};

const POLL_MS = 500;

const untilFinished = async (
  desk: Desk,
  actor: Actor,
  id: number,
  expected: number,
): Promise<BulkRun> => {
  const isTerminal = process.stderr.isTTY === true;
  using progress = showProgress({ what: 'connections', expected, before: 0, isTerminal });
  for (;;) {
    const run = await readBulkRun(desk, actor, id);
    if (run.finished_at !== null) return run;
    progress.tell(run.total - run.counts.waiting - run.counts.asked);
    await sleep(POLL_MS);
  }
};

const exitCodeOf = ({ counts, total }: BulkRun): number => {
  if (counts.succeeded === total) return EXIT.done;
  return counts.succeeded === 0 ? EXIT.failed : EXIT.partlyDone;
};

const describe = (run: BulkRun): string => {
  const { label } = BULK_STATE_WORDS[run.state];
  const because = run.stopped_because === null ? '' : ` (${run.stopped_because})`;
  const started = run.started_by === null ? '' : `, started by ${run.started_by}`;
  return [
    `Bulk run ${run.id}: retry of ${number(run.total)}: ${label}${because}`,
    `  ${run.selection}`,
    `  planned ${run.planned_at} by ${run.planned_by}${started}`,
    ...(run.why === null ? [] : [`  why: ${run.why}`]),
    `  ${describeCounts(run.counts)}`,
    ...(run.waits_because === null ? [] : [`  waiting: ${run.waits_because}`]),
    ...leftOutLines(run.left_out).map(line => `  left out: ${line}`),
  ].join('\n');
};

const LATEST = 20;
const MOST_TROUBLES = 20;

/** `bulk status [<id>]`. */
export const bulkStatus = async (
  env: Env,
  id: number | undefined,
  options: Output,
): Promise<number> => {
  await using opened = openDesk(env);
  const { db } = opened.desk;
  if (id === undefined) {
    const runs = await listBulkRuns(opened.desk, opened.actor, { limit: LATEST });
    if (options.json) printJson({ bulk_runs: runs });
    else printRuns(runs);
    return EXIT.done;
  }
  const run = await readBulkRun(opened.desk, opened.actor, id);
  if (options.json) {
    printJson(run);
    return EXIT.done;
  }
  printLine(describe(run));
  const troubles = [
    ...(await listBulkItems(db, id, { state: 'failed', limit: MOST_TROUBLES })),
    ...(await listBulkItems(db, id, { state: 'skipped', limit: MOST_TROUBLES })),
  ];
  if (troubles.length === 0) return EXIT.done;
  printLine();
  printLine(
    formatTable(
      ['CONNECTION', 'RESULT', 'WHY'],
      troubles.map(({ subject, state, why }) => [subject, state, why ?? '']),
    ),
  );
  return EXIT.done;
};

const printRuns = (runs: readonly BulkRun[]): void => {
  if (runs.length === 0) {
    printNotice('There are no bulk runs yet.');
    return;
  }
  printLine(
    formatTable(
      ['ID', 'STATE', 'NUMBER', 'MATCHED', 'RESULT', 'BY', 'WHEN'],
      runs.map(run => [
        String(run.id),
        BULK_STATE_WORDS[run.state].label,
        number(run.total),
        run.selection,
        describeCounts(run.counts),
        run.started_by ?? run.planned_by,
        run.started_at ?? run.planned_at,
      ]),
    ),
  );
};

/** `bulk stop <id>`. */
export const bulkStop = async (env: Env, id: number, options: Output & Why): Promise<number> => {
  await using opened = openDesk(env);
  await stop(opened.desk, opened.actor, id, options.why);
  const run = await readBulkRun(opened.desk, opened.actor, id);
  if (options.json) printJson(run);
  else printLine(describe(run));
  return EXIT.done;
};
