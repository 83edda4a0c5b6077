import { type Command, Option } from 'commander';
import { MESSAGE_TYPES } from '../model/message.ts';
import { time } from './moment.ts';
import { JSON_OPTION, PLAIN_OPTION, type Run, wholeNumber } from './options.ts';

const position = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const ID = ['<message id>', 'as listed'] as const;

const LIST_HELP = `
What happened to each message is shown by "message show", and with --connection in the list, too.

Examples:
  message list --connection 3f2a9c1e-8d7b-4c55-9a0e-5b1d2c3e4f60
  message list --user internal_id_1 --since 7d
  message list --after 4711 --type account.linked account.unlinked --json`;

const SEND_HELP = `
It keeps its id, so an app that remembers what it has seen passes over it.

Examples:
  message send 0f8b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d
  message send 0f8b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d --endpoint 2 --why "they lost it"`;

/** What the app is told. */
export const addMessageCommands = (program: Command, run: Run): void => {
  const message = program.command('message').description('what your app was told, and its answers');
  message
    .command('list')
    .description('list messages, newest first; with --after the next ones, oldest first')
    .addOption(
      new Option(
        '--connection <id>',
        'all about one connection (of a connect webview, account or event), with what was answered',
      ).conflicts(['after', 'before', 'type', 'user', 'account', 'since', 'until']),
    )
    .option('--account <id>', 'only about this connected account')
    .option('--user <id>', 'only of accounts that are or were this user’s')
    .addOption(
      new Option('--type <types...>', 'only messages of these types').choices(MESSAGE_TYPES),
    )
    .option('--since <time>', 'of what took place since (2d, 36h, or ISO 8601)', time)
    .option('--until <time>', 'of what took place before', time)
    .option('--after <position>', 'the next ones after this position', position)
    .option('--before <position>', 'those before this position', position)
    .option('--limit <number>', 'how many to list at most', wholeNumber(1, 1_000), 50)
    .option(...PLAIN_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', LIST_HELP)
    .action(run(async () => (await import('./messages.ts')).messageList));
  message
    .command('show')
    .description('show a message: what it says, where it was sent, and what was answered')
    .argument(...ID)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./messages.ts')).messageShow));
  message
    .command('send')
    .description('send a message again')
    .argument(...ID)
    .option(
      '--endpoint <id>',
      'only to this endpoint (default: all that take it)',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    )
    .option('--why <text>', 'for the audit log')
    .option(...JSON_OPTION)
    .addHelpText('after', SEND_HELP)
    .action(run(async () => (await import('./messages.ts')).messageSend));
};
