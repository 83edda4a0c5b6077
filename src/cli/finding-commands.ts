import { type Command, Option } from 'commander';
import { FAILURE_REASONS } from '../model/outcome.ts';
import { STATE_CHOICES } from '../support/finding/connection-filter.ts';
import { find } from './find.ts';
import { list } from './list.ts';
import { JSON_OPTION, PLAIN_OPTION, type Run, WORKSPACE_OPTION, wholeNumber } from './options.ts';

/** The commands that look for connections. */
export const addFindingCommands = (program: Command, run: Run): void => {
  program
    .command('find')
    .description('find connections by whatever names one: an id, or an e-mail')
    .argument('<text>', 'user id, e-mail of the user or lock account, account, webview, event id')
    .option(...PLAIN_OPTION)
    .option(...JSON_OPTION)
    .action(run(find));
  program
    .command('list')
    .description('list reconciliations, the latest first')
    .addOption(new Option('--state <state>', 'only these').choices(STATE_CHOICES))
    .addOption(new Option('--reason <reason>', 'only these').choices(FAILURE_REASONS))
    .option('--user <id>', 'only those whose metadata name this user')
    .option(...WORKSPACE_OPTION)
    .option('--since <time>', 'changed since then, or so long ago: 24h')
    .option('--until <time>', 'changed before then')
    .option('--limit <number>', 'at most so many', wholeNumber(1, 10_000), 100)
    .option('--cursor <text>', 'go on where a list before has ended')
    .option(...PLAIN_OPTION)
    .option(...JSON_OPTION)
    .action(run(list));
};
