import type { Command } from 'commander';
import { JSON_OPTION, type Run } from './options.ts';

/** The command for who asks what is stored about them, or to be forgotten. */
export const addEraseCommand = (program: Command, run: Run): void => {
  program
    .command('erase')
    .description('erase what is stored about a user; this can’t be undone')
    .requiredOption('--user <id>', 'the user, as your app has them')
    .option('--why <text>', 'a note for whoever reviews it later (required, without --dry-run)')
    .option('--dry-run', 'change nothing; print everything that is stored about them, as JSON')
    .option('--yes', "don't ask for confirmation")
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./erase.ts')).erase));
};
