import type { Actor } from '../access/actor.ts';
import type { Context } from '../app/context.ts';
import { beginExport } from '../audit-log/security-rows.ts';
import type { Env } from '../config/config.ts';
import { fix } from '../drift/fix.ts';
import { tellLeftOut } from '../drift/guard.ts';
import { countAsked, summarize } from '../drift/left.ts';
import {
  beginComparison,
  type Comparison,
  ComparisonTakenError,
  expectedAccounts,
  findUnfinished,
  readLatest,
} from '../drift/records.ts';
import { OtherWorkspacesError, walk } from '../drift/walk.ts';
import { interruptible } from '../ops/interrupt.ts';
import { SeamError } from '../seam/errors.ts';
import { createUserDirectory } from '../users/directory.ts';
import { type DriftFormat, printDrift } from './drift-print.ts';
import { CommandError, EXIT } from './exit.ts';
import { openContext, openWithSeam } from './open.ts';
import { printNotice } from './print.ts';
import { showProgress } from './progress.ts';

type Options = {
  last?: true;
  fix?: true;
  endMissing?: true;
  why?: string;
  dryRun?: true;
  resume?: true;
  json?: true;
  csv?: true;
};

/** `drift [--last] [--fix [--end-missing --why <text>]] [--dry-run] [--resume]`. */
export const drift = async (env: Env, options: Options): Promise<number> => {
  insistOnSense(options);
  return options.last ? showLast(env, options) : compareAll(env, options);
};

const insistOnSense = ({ json, csv, last, resume, fix: mends, endMissing, why }: Options): void => {
  const refuse = (message: string): never => {
    throw new CommandError(message, EXIT.usage);
  };
  if (json && csv) refuse('Give --json or --csv, not both.');
  if (last && resume) refuse('--last compares nothing, so there is nothing to --resume.');
  if (endMissing && !mends) refuse('--end-missing goes with --fix.');
  if (endMissing && !why?.trim()) refuse('--end-missing takes --why: who has checked, and how.');
};

const compareAll = async (env: Env, options: Options): Promise<number> => {
  const { context, config, workspaces, actor } = openWithSeam(env);
  await using _context = context;
  await context.assertMigrated();
  const { pool } = context.database;
  const users = createUserDirectory(pool, config.users);
  await users.check();
  const begun = await begin(context, options.resume === true);
  using interrupt = interruptible();
  const { identity, driftMostGonePercent: mostGonePercent } = config;
  const comparer = { pool, users, identity, workspaces, mostGonePercent };
  const done = await walkWithProgress(context, comparer, begun, interrupt.signal);
  if (done === null) return EXIT.interrupted;
  // Awaited here: what is returned unawaited goes on when all has been closed.
  return await tell(context, actor, done, options);
};

/** What the latest comparison found, the schedule's or a person's, and how the one after it is doing. */
const showLast = async (env: Env, options: Options): Promise<number> => {
  const context = openContext(env);
  await using _context = context;
  await context.assertMigrated();
  const { latest, finished } = await readLatest(context.database.pool);
  if (latest !== null && latest.id !== finished?.id) printNotice(describeUnfinished(latest));
  if (finished === null) {
    throw new CommandError('No comparison has finished yet. Run "drift".', EXIT.notFound);
  }
  const { startedAt, isScheduled } = finished;
  const by = isScheduled ? 'automatically' : 'by hand';
  printNotice(`Comparison ${finished.id}, begun ${by} at ${startedAt.toISOString()}.`);
  const leftOut = tellLeftOut(finished.tally);
  if (leftOut !== null) printNotice(leftOut);
  return await tell(context, context.actor, finished, options);
};

const describeUnfinished = (comparison: Comparison): string => {
  const { id, startedAt, listed, failure, isScheduled } = comparison;
  const byHand = isScheduled ? '' : ' It was started by hand: "drift --resume" continues it.';
  const why = failure === null ? byHand : ` It doesn't get on: ${failure}`;
  return `Comparison ${id}, begun at ${startedAt.toISOString()}, hasn't finished: ${listed} accounts so far.${why}`;
};

const tell = async (
  context: Context,
  actor: Actor,
  done: Comparison,
  options: Options,
): Promise<number> => {
  const { pool } = context.database;
  await using exported = options.csv
    ? await beginExport(pool, actor, 'drift', new URLSearchParams())
    : null;
  await printDrift(pool, done, formatOf(options), exported?.add);
  exported?.complete();
  return await finish(context, actor, done, options);
};

const formatOf = ({ json, csv }: Options): DriftFormat => {
  if (json) return 'json';
  return csv ? 'csv' : 'table';
};

const begin = async ({ database: { pool } }: Context, resume: boolean): Promise<Comparison> => {
  const unfinished = await findUnfinished(pool);
  if (resume) {
    if (unfinished !== null) return unfinished;
    throw new CommandError(
      'There is nothing to resume: the last comparison finished. Run it without --resume.',
      EXIT.refused,
    );
  }
  if (unfinished !== null) {
    printNotice(
      `The comparison started at ${unfinished.startedAt.toISOString()} stopped after ${unfinished.listed} accounts (--resume would continue it). This is a new one.`,
    );
  }
  return beginComparison(pool);
};

/** @returns null when it was interrupted */
const walkWithProgress = async (
  { database: { pool } }: Context,
  comparer: Parameters<typeof walk>[0],
  begun: Comparison,
  signal: AbortSignal,
): Promise<Comparison | null> => {
  using progress = showProgress({
    what: 'accounts',
    expected: await expectedAccounts(pool),
    before: begun.listed,
    isTerminal: process.stderr.isTTY === true,
  });
  let listed = begun.listed;
  const onPage = (comparison: Comparison): void => {
    listed = comparison.listed;
    progress.tell(listed);
  };
  try {
    return await walk(comparer, begun, onPage, signal);
  } catch (error) {
    progress[Symbol.dispose]();
    if (error instanceof ComparisonTakenError || error instanceof OtherWorkspacesError) {
      throw new CommandError(`Nothing more was done: ${error.message}.`, EXIT.failed);
    }
    if (!signal.aborted && !(error instanceof SeamError)) throw error;
    const left = `${listed} accounts were compared, nothing was changed, and "drift --resume" continues from there`;
    if (signal.aborted) {
      printNotice(`Interrupted: ${left}.`);
      return null;
    }
    const hint =
      begun.cursor === null ? '' : ' If Seam no longer has that page, start a new comparison.';
    const { message } = error as SeamError;
    throw new CommandError(`Seam: ${message}. ${left}.${hint}`, EXIT.failed);
  }
};

/** `--fix` only now that all has been compared; says what was done and what is left for a person. */
const finish = async (
  context: Context,
  actor: Actor,
  comparison: Comparison,
  options: Options,
): Promise<number> => {
  const { queues, database } = context;
  const { mendable: found, forAPerson } = summarize(comparison, options.endMissing);
  const mendable = Math.max(found - (await countAsked(database.pool, comparison)), 0);
  if (comparison.withheld !== null && !options.endMissing) {
    printNotice(
      `${comparison.withheld} ("drift --last --fix --end-missing --why …" lets them, after you have checked.)`,
    );
  }
  const person = forAPerson === 0 ? '' : ` For a person to fix: ${forAPerson}.`;
  if (mendable + forAPerson === 0) {
    printNotice('Nothing to do.');
    return EXIT.done;
  }
  if (options.dryRun || !options.fix) {
    const nothing = options.dryRun ? 'Nothing was changed. ' : '';
    printNotice(`${nothing}Accounts that --fix would check again: ${mendable}.${person}`);
    return EXIT.partlyDone;
  }
  const asked = await fix(
    database.pool,
    actor,
    comparison.id,
    looks => queues.news(looks.map(look => ({ ...look, trigger: 'audit', waitMs: 0 }))),
    { endMissing: options.endMissing, why: options.why },
  );
  printNotice(
    `Accounts to be checked again: ${asked} ("queue status" shows the progress).${person}`,
  );
  return forAPerson === 0 ? EXIT.done : EXIT.partlyDone;
};
