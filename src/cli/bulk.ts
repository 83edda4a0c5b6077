import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../access/actor.ts';
import type { Env } from '../config/config.ts';
import { actionWords, runName, startLabel } from '../support/bulk/action-words.ts';
import { askToStart, decline } from '../support/bulk/ask.ts';
import { plan, tryPlan } from '../support/bulk/plan.ts';
import { type BulkRun, listBulkRuns, readBulkRun } from '../support/bulk/read.ts';
import { listBulkItems } from '../support/bulk/read-items.ts';
import { formatSelection, parseSelection, type Selection } from '../support/bulk/selection.ts';
import { start, stop } from '../support/bulk/start.ts';
import {
  describeLength,
  describeSelection,
  type LeftOut,
  leftOutLines,
  number,
} from '../support/bulk/words.ts';
import type { Desk } from '../support/desk.ts';
import { formatFilter, parseFilter } from '../support/finding/connection-filter.ts';
import { assignedMeant } from './assigned.ts';
import { type OrderOptions, orderIn } from './bulk-order.ts';
import { describe, printRuns } from './bulk-text.ts';
import { confirm } from './confirm.ts';
import { EXIT } from './exit.ts';
import type { FilterOptions } from './filter-options.ts';
import { type Output, openDesk } from './open.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';
import { showProgress } from './progress.ts';

type Why = { why?: string };
type Filter = FilterOptions & Readonly<{ workspace?: string; since?: Date; until?: Date }>;

const SAMPLE_SIZE = 5;

const selectionOf = async (desk: Desk, actor: Actor, options: Filter): Promise<Selection> => {
  const { state, reason, user, named, pattern, standing, maker, snoozed } = options;
  const { since, until, workspace } = options;
  const ofName = desk.config.workspaces.find(({ name }) => name !== null && name === workspace);
  const filter = parseFilter({
    ...{ state, reason, user, named, pattern, standing, maker, snoozed },
    assigned: await assignedMeant(desk, actor, options.assigned),
    workspace: ofName?.id ?? workspace,
    since: since?.toISOString(),
    until: until?.toISOString(),
  });
  return parseSelection(formatFilter(filter).toString());
};

/** `bulk plan`. */
export const bulkPlan = async (
  env: Env,
  options: Output & Why & Filter & OrderOptions & { dryRun?: true },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const selection = await selectionOf(desk, actor, options);
  const order = await orderIn(desk, actor, options);
  const { why } = options;
  if (options.dryRun) {
    const { total, leftOut, sample } = await tryPlan(desk, actor, selection, { why, order });
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
  const run = await readBulkRun(desk, actor, await plan(desk, actor, selection, { why, order }));
  const items = await listBulkItems(desk.db, actor, run.id, { limit: SAMPLE_SIZE });
  const sample = items.map(({ subject }) => subject);
  if (options.json) {
    printJson({ ...run, sample });
    return EXIT.done;
  }
  printLine(`Bulk run ${run.id}: ${runName(run)}, ${lengthOf(run)}.`);
  printLine(`  ${run.selection}`);
  if (run.given_words !== null) printLine(`  ${run.given_words}`);
  printPreview(run.left_out, sample);
  printNotice(
    `Nothing has been ${actionWords(run.action).past} yet. Start it with: bulk start ${run.id}`,
  );
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
    const question = `${startLabel(planned)} (${planned.selection}; ${lengthOf(planned)})?`;
    await confirm(question, options.yes === true);
  }
  await start(desk, actor, id, options.why, {}, planned.planned_at);
  if (!options.wait) {
    const run = await readBulkRun(desk, actor, id);
    if (options.json) printJson(run);
    else printLine(`Started ${runName(run)}. See: bulk status ${id}`);
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
    ...(await listBulkItems(db, opened.actor, id, { state: 'failed', limit: MOST_TROUBLES })),
    ...(await listBulkItems(db, opened.actor, id, { state: 'skipped', limit: MOST_TROUBLES })),
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

/** `bulk stop <id>`. */
export const bulkStop = async (env: Env, id: number, options: Output & Why): Promise<number> => {
  await using opened = openDesk(env);
  await stop(opened.desk, opened.actor, id, options.why);
  return await tell(opened, id, options);
};

const tell = async (
  { desk, actor }: Readonly<{ desk: Desk; actor: Actor }>,
  id: number,
  options: Output,
): Promise<number> => {
  const run = await readBulkRun(desk, actor, id);
  if (options.json) printJson(run);
  else printLine(describe(run));
  return EXIT.done;
};

/** `bulk ask <id>`. */
export const bulkAsk = async (env: Env, id: number, options: Output & Why): Promise<number> => {
  await using opened = openDesk(env);
  await askToStart(opened.desk, opened.actor, id, options.why);
  return await tell(opened, id, options);
};

/** `bulk decline <id>`. */
export const bulkDecline = async (
  env: Env,
  id: number,
  options: Output & Required<Why>,
): Promise<number> => {
  await using opened = openDesk(env);
  await decline(opened.desk, opened.actor, id, options.why);
  return await tell(opened, id, options);
};
