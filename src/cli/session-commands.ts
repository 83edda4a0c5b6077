import { type Command, Option } from 'commander';
import { JSON_OPTION, type Run } from './options.ts';

const OPERATOR = ['--operator <name or id>', 'only theirs'] as const;

/** Who is signed in. */
export const addSessionCommands = (program: Command, run: Run): void => {
  const sessions = program.command('sessions').description('who is signed in to the console');
  sessions
    .command('list')
    .description('list open sessions, the last used first')
    .option(...OPERATOR)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./sessions.ts')).sessionsList));
  sessions
    .command('revoke')
    .description('end sessions and unused sign-in links, such as after restoring a backup')
    .addOption(new Option('--all', "everyone's").conflicts('operator'))
    .option(...OPERATOR)
    .option('--tokens', 'with --all: revoke every API token, too')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./sessions.ts')).sessionsRevoke));
};
