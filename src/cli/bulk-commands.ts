import { type Command, Option } from 'commander';
import { FAILURE_REASONS } from '../model/outcome.ts';
import { STATE_CHOICES } from '../support/finding/connection-filter.ts';
import { bulkPlan, bulkStart, bulkStatus, bulkStop } from './bulk.ts';
import { time } from './moment.ts';
import { JSON_OPTION, type Run, wholeNumber } from './options.ts';

const MOST = Number.MAX_SAFE_INTEGER;
const bulkRunId = wholeNumber(1, MOST);
const ID = ['<id>', 'of the bulk run', bulkRunId] as const;
const WHY_OPTION = ['--why <text>', 'for the audit log'] as const;

/** Retries of many at once: planned, previewed, started, stopped. */
export const addBulkCommands = (program: Command, run: Run): void => {
  const bulk = program
    .command('bulk')
    .description('retry many at once, held to what was previewed');
  bulk
    .command('plan')
    .description('write down what matches now, and show it; nothing starts yet')
    .addOption(new Option('--state <state>', 'only these').choices(STATE_CHOICES))
    .addOption(new Option('--reason <reason>', 'only these').choices(FAILURE_REASONS))
    .option('--workspace <id>', 'only of this Seam workspace')
    .option('--user <id>', 'only those whose metadata name this user')
    .option('--since <time>', 'changed since then (2d, 36h, or ISO 8601)', time)
    .option('--until <time>', 'changed before then', time)
    .option(...WHY_OPTION)
    .option('--dry-run', 'store nothing: say what would be planned')
    .option(...JSON_OPTION)
    .action(run(bulkPlan));
  bulk
    .command('start')
    .description('start what was planned, exactly as it was previewed')
    .argument(...ID)
    .option(...WHY_OPTION)
    .option('--yes', 'do not ask')
    .option('--wait', 'wait for its end; exits 5 if some failed again or were skipped')
    .option(...JSON_OPTION)
    .action(run(bulkStart));
  bulk
    .command('status')
    .description('how a bulk run stands; without an id, the latest ones')
    .argument('[id]', 'of the bulk run', bulkRunId)
    .option(...JSON_OPTION)
    .action(run(bulkStatus));
  bulk
    .command('stop')
    .description('stop: what waits is skipped, what is being looked at is looked at to its end')
    .argument(...ID)
    .option(...WHY_OPTION)
    .option(...JSON_OPTION)
    .action(run(bulkStop));
};
