import { type Command, Option } from 'commander';
import { CHANGES } from '../audit-log/record.ts';
import { auditLog } from './audit-log.ts';
import { dismiss, note, reopen } from './case-actions.ts';
import { time } from './moment.ts';
import { JSON_OPTION, type Run, wholeNumber } from './options.ts';

const OF_WHAT = 'of a connect webview, connected account, user or event';

/** The commands about one connection, and who did what. */
export const addCaseCommands = (program: Command, run: Run): void => {
  program
    .command('dismiss')
    .description('set a failed connection aside, until it happens again')
    .argument('<id>', OF_WHAT)
    .requiredOption('--why <note>', 'kept as a note on the case')
    .option(...JSON_OPTION)
    .action(run(dismiss));
  program
    .command('reopen')
    .description('put a dismissed connection back among what needs attention')
    .argument('<id>', OF_WHAT)
    .option(...JSON_OPTION)
    .action(run(reopen));
  program
    .command('note')
    .description('write a note on a connection')
    .argument('<id>', OF_WHAT)
    .argument('<text>', 'the note')
    .option(...JSON_OPTION)
    .action(run(note));
  program
    .command('audit-log')
    .description('show who did what, the newest first')
    .option('--actor <name>', 'only what they did')
    .addOption(new Option('--action <action>', 'only this').choices(CHANGES))
    .option('--target <id>', 'only what was done to this')
    .option('--since <when>', 'from then on: a time, or 90m, 6h, 2d ago', time)
    .option('--until <when>', 'before then', time)
    .option('--limit <number>', 'at most so many', wholeNumber(1, 10_000), 100)
    .option('--plain', 'print lines with tabs')
    .option(...JSON_OPTION)
    .action(run(auditLog));
};
