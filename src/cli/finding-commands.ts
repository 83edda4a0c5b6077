import { type Command, Option } from 'commander';
import { FAILURE_REASONS } from '../model/outcome.ts';
import { STATE_CHOICES } from '../support/finding/connection-filter.ts';
import { failedLogins } from './failed-logins.ts';
import { find } from './find.ts';
import { list } from './list.ts';
import { JSON_OPTION, PLAIN_OPTION, type Run, WORKSPACE_OPTION, wholeNumber } from './options.ts';

/** The commands that look for connections. */
export const addFindingCommands = (program: Command, run: Run): void => {
  program
    .command('find')
    .description('find connections by whatever names them')
    .argument(
      '<text>',
      'an id of any kind, an e-mail, a telephone number, a name or a part of one, a ticket, or a text with one of these in it',
    )
    .option('--limit <number>', 'how many to list at most', wholeNumber(1, 500), 50)
    .option('--cursor <cursor>', 'continue after a page: what it told')
    .option(...PLAIN_OPTION)
    .option(...JSON_OPTION)
    .action(run(find));
  program
    .command('failed-logins')
    .description('list the users whose sign-ins failed again and again in the last month')
    .option(...JSON_OPTION)
    .action(run(failedLogins));
  program
    .command('list')
    .description('list connections, most recently changed first')
    .addOption(new Option('--state <state>', 'only in this state').choices(STATE_CHOICES))
    .addOption(new Option('--reason <reason>', 'only for this reason').choices(FAILURE_REASONS))
    .option('--user <id>', 'only those that are linked to this user')
    .option('--named <id>', 'only those whose metadata names this user')
    .option(...WORKSPACE_OPTION)
    .option('--since <time>', 'changed since this time, or within an age such as 24h')
    .option('--until <time>', 'changed before this time')
    .option('--limit <number>', 'how many to list at most', wholeNumber(1, 10_000), 100)
    .option('--cursor <text>', 'continue where a previous list ended')
    .option(...PLAIN_OPTION)
    .option(...JSON_OPTION)
    .action(run(list));
};
