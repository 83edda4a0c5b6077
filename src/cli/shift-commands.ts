import type { Command } from 'commander';
import { JSON_OPTION, PLAIN_OPTION, type Run, wholeNumber } from './options.ts';

const OF_WHAT = 'of a connect webview, connected account, user or event';

/** The commands of whoever shares the work with others. */
export const addShiftCommands = (program: Command, run: Run): void => {
  program
    .command('assign')
    .description('assign a connection to an operator, or to nobody')
    .argument('<id>', OF_WHAT)
    .argument('<operator>', 'their name or number, or "nobody"')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./shifts.ts')).assign));
  program
    .command('snooze')
    .description('keep a connection out of sight until a time, or until there is news of it')
    .argument('<id>', OF_WHAT)
    .requiredOption(
      '--until <when>',
      'a time (2026-12-01 is 9:00 UTC on that day), 4h, 3d, tomorrow, monday, or news',
    )
    .option('--no-news', 'keep it out of sight until then, even if there is news of it')
    .option('--why <note>', 'for whoever comes across it')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./shifts.ts')).snooze));
  program
    .command('wake')
    .description('have a snoozed connection in sight again')
    .argument('<id>', OF_WHAT)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./shifts.ts')).wake));
  program
    .command('mine')
    .description('list the open connections that an operator has')
    .argument('[operator]', 'their name; left out: whoever is called as you are')
    .option('--limit <number>', 'how many to list at most', wholeNumber(1, 10_000), 100)
    .option(...PLAIN_OPTION)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./shifts.ts')).mine));
  program
    .command('views')
    .description('list the views that operators share')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./shifts.ts')).views));
};
