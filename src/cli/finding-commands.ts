import type { Command } from 'commander';
import { addFilterOptions } from './filter-options.ts';
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
    .action(run(async () => (await import('./find.ts')).find));
  program
    .command('failed-logins')
    .description('list the users whose sign-ins failed again and again in the last month')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./failed-logins.ts')).failedLogins));
  const listing = program
    .command('list')
    .description('list connections, most recently changed first');
  addFilterOptions(listing)
    .option(...WORKSPACE_OPTION)
    .option('--since <time>', 'changed since this time, or within an age such as 24h')
    .option('--until <time>', 'changed before this time')
    .option('--limit <number>', 'how many to list at most', wholeNumber(1, 10_000), 100)
    .option('--cursor <text>', 'continue where a previous list ended')
    .option(...PLAIN_OPTION)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./list.ts')).list));
};
