import type { Command } from 'commander';
import { JSON_OPTION, type Run, wholeNumber } from './options.ts';

/** The commands for linking and unlinking by hand. */
export const addLinkCommands = (program: Command, run: Run): void => {
  program
    .command('link')
    .description('link a connected account to a user by hand, then check it again')
    .argument('<id>', 'of the account, a connect webview that led to it, or its current user')
    .requiredOption('--user <id>', 'the user it belongs to')
    .requiredOption('--why <text>', 'a note for whoever reviews it later')
    .option('--dry-run', 'change nothing; show what would change')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./links.ts')).link));
  program
    .command('unlink')
    .description("end a connected account's link by hand, so that no one is linked to it")
    .argument('<id>', 'of the account, a connect webview that led to it, or its current user')
    .requiredOption('--why <text>', 'a note for whoever reviews it later')
    .option('--user <id>', 'end it only if it is linked to this user')
    .option('--dry-run', 'change nothing; show what would change')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./links.ts')).unlink));
  program
    .command('undo-link')
    .description('undo what "link" or "unlink" did, and restore what was there before')
    .argument(
      '<number>',
      'the number that "link" or "unlink" printed',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    )
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./links.ts')).undoLinkCommand));
};
