import type { Actor } from '../access/actor.ts';
import type { Context } from '../app/context.ts';
import { beginExport } from '../audit-log/security-rows.ts';
import type { Env } from '../config/config.ts';
import { fix } from '../drift/fix.ts';
import {
  beginComparison,
  type Comparison,
  expectedAccounts,
  findUnfinished,
  summarize,
} from '../drift/records.ts';
import { walk } from '../drift/walk.ts';
import { interruptible } from '../ops/interrupt.ts';
import { SeamError } from '../seam/errors.ts';
import { createUserDirectory } from '../users/directory.ts';
import { type DriftFormat, printDrift } from './drift-print.ts';
import { CommandError, EXIT } from './exit.ts';
import { openWithSeam } from './open.ts';
import { printNotice } from './print.ts';
import { showProgress } from './progress.ts';

type Options = { fix?: true; dryRun?: true; resume?: true; json?: true; csv?: true };

/** `drift [--fix] [--dry-run] [--resume]`. */
export const drift = async (env: Env, options: Options): Promise<number> => {
  if (options.json && options.csv) {
    throw new CommandError('Give --json or --csv, not both.', EXIT.usage);
  }
  const { context, config, workspaces, actor } = openWithSeam(env);
  await using _context = context;
  await context.assertMigrated();
  const { pool } = context.database;
  const users = createUserDirectory(pool, config.users);
  await users.check();
  const begun = await begin(context, options.resume === true);
  using interrupt = interruptible();
  const comparer = { pool, users, identity: config.identity, workspaces };
  const done = await walkWithProgress(context, comparer, begun, interrupt.signal);
  if (done === null) return EXIT.interrupted;
  await using exported = options.csv
    ? await beginExport(pool, actor, 'drift', new URLSearchParams())
    : null;
  await printDrift(pool, done, formatOf(options), exported?.add);
  exported?.complete();
  // Awaited here: what is returned unawaited goes on when all has been closed.
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
  const { mendable, forAPerson } = summarize(comparison);
  const { queues, database } = context;
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
  const asked = await fix(database.pool, actor, comparison.id, looks =>
    queues.news(looks.map(look => ({ ...look, trigger: 'audit', waitMs: 0 }))),
  );
  printNotice(
    `Accounts to be checked again: ${asked} ("queue status" shows the progress).${person}`,
  );
  return forAPerson === 0 ? EXIT.done : EXIT.partlyDone;
};
