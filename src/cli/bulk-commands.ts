import { type Command, Option } from 'commander';
import { BULK_ACTIONS } from '../model/bulk.ts';
import { addFilterOptions } from './filter-options.ts';
import { time } from './moment.ts';
import { JSON_OPTION, type Run, WORKSPACE_OPTION, wholeNumber } from './options.ts';

const MOST = Number.MAX_SAFE_INTEGER;
const bulkRunId = wholeNumber(1, MOST);
const ID = ['<id>', 'of the bulk run', bulkRunId] as const;
const WHY_OPTION = ['--why <text>', 'for the audit log'] as const;

/** What is done to many at once: planned, previewed, started, stopped. */
export const addBulkCommands = (program: Command, run: Run): void => {
  const bulk = program
    .command('bulk')
    .description(
      'retry, dismiss, assign, note or link many connections at once, exactly as previewed',
    );
  const planning = bulk
    .command('plan')
    .description('record and show what matches now; nothing starts yet');
  addFilterOptions(planning)
    .option(...WORKSPACE_OPTION)
    .option('--since <time>', 'changed since this time (2d, 36h, or ISO 8601)', time)
    .option('--until <time>', 'changed before this time', time)
    .option(...WHY_OPTION)
    .addOption(
      new Option('--action <action>', 'what is done to each (default: retry)').choices(
        BULK_ACTIONS,
      ),
    )
    .option('--note <text>', 'of --action note: what is written on each')
    .option('--to <operator>', 'of --action assign: a name, a number, or nobody')
    .option('--to-user <id>', 'of --action link: all to this user')
    .option('--by-metadata', 'of --action link: each to the user whom its metadata names')
    .option('--without-prefix <text>', 'the same, without this at the beginning of the id')
    .option('--with-prefix <text>', 'the same, with this put before the id')
    .option('--by-email', 'of --action link: each to the user who has the account’s e-mail')
    .option('--dry-run', 'store nothing; show what would be planned')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./bulk.ts')).bulkPlan));
  bulk
    .command('start')
    .description('start a planned bulk run, exactly as previewed')
    .argument(...ID)
    .option(...WHY_OPTION)
    .option('--yes', "don't ask for confirmation")
    .option('--wait', 'wait until it finishes; exits 5 if some failed again or were skipped')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./bulk.ts')).bulkStart));
  bulk
    .command('status')
    .description('show a bulk run; without an id, the latest ones')
    .argument('[id]', 'of the bulk run', bulkRunId)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./bulk.ts')).bulkStatus));
  bulk
    .command('ask')
    .description('ask those on call to start a planned bulk run of more than 100')
    .argument(...ID)
    .option(...WHY_OPTION)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./bulk.ts')).bulkAsk));
  bulk
    .command('decline')
    .description('decline to start a bulk run that someone has asked for')
    .argument(...ID)
    .requiredOption('--why <text>', 'whoever asked is told')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./bulk.ts')).bulkDecline));
  bulk
    .command('stop')
    .description('stop a bulk run: waiting items are skipped, checks in progress finish')
    .argument(...ID)
    .option(...WHY_OPTION)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./bulk.ts')).bulkStop));
  bulk
    .command('undo')
    .description(
      'undo what a finished bulk run did, where it can still be undone; exits 5 if some stays as it is',
    )
    .argument(...ID)
    .option('--dry-run', 'change nothing; say what undoing would do')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./bulk-undo.ts')).bulkUndo));
};
