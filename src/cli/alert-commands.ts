import type { Command } from 'commander';
import { addText, JSON_OPTION, type Run, wholeNumber } from './options.ts';

const MOST_LISTED = 1_000;

/** Adds `alert list|silence|unsilence|test`. */
export const addAlertCommands = (program: Command, run: Run): void => {
  const alert = program.command('alert').description('what is wrong with the whole');
  alert
    .command('list')
    .description('list the alerts that are open, whom they were told to, and what is silenced')
    .option('--all', 'also those that were over within 30 days')
    .option('--limit <number>', 'how many to list at most', wholeNumber(1, MOST_LISTED), 100)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./alerts.ts')).alertList));
  alert
    .command('silence')
    .description('send no messages about a rule, or about everything, for a time')
    .argument('<rule>', 'the rule, as "alert list" prints it, or "all"')
    .option('--about <id>', 'only about this: a Seam workspace, an endpoint or a reason')
    .requiredOption(
      '--for <time>',
      'how long (2h, 3d; 30 days at most), tomorrow, monday, or until a time (2026-12-01 is 9:00 UTC on that day)',
    )
    .requiredOption('--why <text>', 'the reason, for whoever hears nothing')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./alerts.ts')).alertSilence));
  alert
    .command('unsilence')
    .description('end a silence before its time')
    .argument('<silence>', 'its number, as "alert list" prints it', wholeNumber(1, 2 ** 31 - 1))
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./alerts.ts')).alertUnsilence));
  alert
    .command('test')
    .description(
      'send a test message to each channel of the settings, and say whether it got there',
    )
    .option(
      '--channel <name>',
      'only to this one (slack, "slack 2", email …); more than one',
      addText,
    )
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./alerts.ts')).alertTest));
};
