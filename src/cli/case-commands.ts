import { type Command, Option } from 'commander';
import { CHANGES } from '../audit-log/record.ts';
import { time } from './moment.ts';
import { JSON_OPTION, type Run, wholeNumber } from './options.ts';

const OF_WHAT = 'of a connect webview, connected account, user or event';

/** The commands about one connection, and who did what. */
export const addCaseCommands = (program: Command, run: Run): void => {
  program
    .command('dismiss')
    .description('dismiss a failed connection until it happens again')
    .argument('<id>', OF_WHAT)
    .requiredOption('--why <note>', 'kept as a note on the case')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./case-actions.ts')).dismiss));
  program
    .command('reopen')
    .description('reopen a dismissed connection, so that it needs attention again')
    .argument('<id>', OF_WHAT)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./case-actions.ts')).reopen));
  program
    .command('note')
    .description('add a note to a connection')
    .argument('<id>', OF_WHAT)
    .argument('<text>', 'the note')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./case-actions.ts')).note));
  program
    .command('undo')
    .description('undo what someone did to a connection, if it can still be undone')
    .argument(
      '<number>',
      'of the change, as "audit-log --json" has it ("id"), or as "link" printed it',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    )
    .option('--dry-run', 'change nothing; say what undoing would do')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./undo.ts')).undo));
  program
    .command('audit-log')
    .description('show who did what, newest first')
    .option('--actor <name>', 'only changes made by this person')
    .addOption(new Option('--action <action>', 'only this action').choices(CHANGES))
    .option('--target <id>', 'only changes to this target')
    .option('--since <when>', 'from this time on: a time, or an age such as 90m, 6h or 2d', time)
    .option('--until <when>', 'before this time', time)
    .option('--limit <number>', 'how many to show at most (default: 100)', wholeNumber(1, 10_000))
    .addOption(
      new Option(
        '--after <cursor>',
        'oldest first instead, a line of JSON each: all since this cursor, or "start"',
      ).conflicts(['actor', 'action', 'target', 'since', 'until', 'plain']),
    )
    .option('--follow', 'with --after: go on with what is new until interrupted')
    .option('--plain', 'print tab-separated lines')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./audit-log.ts')).auditLog));
};
