import { type Command, Option } from 'commander';
import { ADDED_KINDS, MESSAGE_TYPES } from '../model/message.ts';
import { MISSED } from '../support/endpoints/enable.ts';
import { DEFAULT_PER_SECOND, MOST_PER_SECOND } from '../support/endpoints/fields.ts';
import { age, time } from './moment.ts';
import { JSON_OPTION, type Run, wholeNumber } from './options.ts';

const ID = ['<id>', 'its number, as listed', wholeNumber(1, Number.MAX_SAFE_INTEGER)] as const;
const WHY = ['--why <text>', 'for the audit log'] as const;
const YES = ['--yes', "don't ask for confirmation"] as const;

const ADD_HELP = `
For a URL a secret is printed on stdout, this once: give it to the app, which verifies each message with it (Standard
Webhooks: any svix library does). A queue is one of BullMQ, in the same Redis or Postgres as ours; its messages aren't
signed. An endpoint of hooks (functions in your app's own process) is added by the app that has them, when it starts.

Types of message: ${MESSAGE_TYPES.join(', ')}

Examples:
  endpoint add app https://app.example.com/hooks/connections
  endpoint add crm https://crm.example.com/in --type account.linked account.unlinked --rate 5
  endpoint add jobs seam-messages --kind queue`;

const CHANGE_HELP = `
What waits for it is sent to the new target if there is one; what it wants no more is dropped. What it wants from now on is not sent of what
was before: "endpoint replay <id> --all" does that.

Examples:
  endpoint change 2 --target https://app.example.com/hooks/v2
  endpoint change 2 --type account.linked account.unlinked
  endpoint change 2 --all-types --rate 20`;

const ROTATE_HELP = `
The new secret is printed on stdout, this once. Until the overlap is over, each message is signed with the old one, too,
so that the app goes on while you give it the new one.

Examples:
  endpoint rotate 2
  endpoint rotate 2 --overlap 0h --yes --why "it was in a log"`;

const ENABLE_HELP = `
What waited for it when it was disabled is sent in any case. Older messages go first, in order and at its pace.

Examples:
  endpoint enable 2 --missed send
  endpoint enable 2 --missed skip --why "the app has read the feed"`;

const REPLAY_HELP = `
Without --all, those that were given up. With --all also those that the app has taken, and those that it was
never sent and that match what it takes now; then say which.

Each message keeps its id, so an app that remembers what it has seen passes over it. They are sent in the order of all
messages and at the endpoint's pace: of one connection, older messages go before newer ones that wait. A queue passes over
a message of which it still has the job.

Examples:
  endpoint replay 2 --dry-run
  endpoint replay 2 --all --since 2026-11-23
  endpoint replay 2 --all --since 3d --type account.linked --dry-run
  endpoint replay 2 --all --user internal_id_1 --yes`;

/** Where the app is told. */
export const addEndpointCommands = (program: Command, run: Run): void => {
  const endpoint = program
    .command('endpoint')
    .description('where your app is told what becomes of connections');
  const types = (words: string): Option =>
    new Option('--type <types...>', words).choices(MESSAGE_TYPES);
  const rate = (words: string): Option =>
    new Option('--rate <number>', words).argParser(wholeNumber(1, MOST_PER_SECOND));
  endpoint
    .command('add')
    .description('add an endpoint and print its secret, only once')
    .argument('<name>', 'what people call it')
    .argument('<target>', 'an https:// URL, or the name of a queue')
    .addOption(
      new Option('--kind <kind>', 'what the target is').choices(ADDED_KINDS).default('http'),
    )
    .addOption(types('only messages of these types'))
    .option('--workspace <ids or names...>', 'only of these Seam workspaces')
    .addOption(rate(`messages a second at most (default: ${DEFAULT_PER_SECOND})`))
    .option(...WHY)
    .option(...JSON_OPTION)
    .addHelpText('after', ADD_HELP)
    .action(run(async () => (await import('./endpoints.ts')).endpointAdd));
  endpoint
    .command('list')
    .description('list endpoints, and how they are doing')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./endpoints.ts')).endpointList));
  endpoint
    .command('show')
    .description('show an endpoint, and the latest attempts to send to it')
    .argument(...ID)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./endpoints.ts')).endpointShow));
  endpoint
    .command('change')
    .description('change an endpoint; what you leave out stays as it is')
    .argument(...ID)
    .option('--name <name>', 'what people call it')
    .option('--target <target>', 'another URL, or another queue')
    .addOption(types('only messages of these types').conflicts('allTypes'))
    .option('--all-types', 'messages of all types')
    .addOption(
      new Option('--workspace <ids or names...>', 'only of these Seam workspaces').conflicts(
        'allWorkspaces',
      ),
    )
    .option('--all-workspaces', 'of all Seam workspaces')
    .addOption(rate('messages a second at most'))
    .option(...WHY)
    .option(...JSON_OPTION)
    .addHelpText('after', CHANGE_HELP)
    .action(run(async () => (await import('./endpoints.ts')).endpointChange));
  endpoint
    .command('test')
    .description('send a test message now and show what was answered; exits 1 if it failed')
    .argument(...ID)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./endpoints.ts')).endpointTest));
  endpoint
    .command('rotate')
    .description('give an endpoint a new secret and print it; the old one signs for a while')
    .argument(...ID)
    .addOption(
      new Option(
        '--overlap <age>',
        'how long the old secret signs, too: 0h to 30d (default: 24h)',
      ).argParser(age),
    )
    .option(...WHY)
    .option('--yes', "don't ask for confirmation where there is no overlap")
    .option(...JSON_OPTION)
    .addHelpText('after', ROTATE_HELP)
    .action(run(async () => (await import('./endpoints.ts')).endpointRotate));
  endpoint
    .command('disable')
    .description('send nothing to it until someone enables it')
    .argument(...ID)
    .requiredOption('--why <text>', 'the reason, for whoever finds it disabled')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./endpoints.ts')).endpointDisable));
  endpoint
    .command('enable')
    .description('send to a disabled endpoint again')
    .argument(...ID)
    .addOption(
      new Option('--missed <what>', 'what to do about messages that came meanwhile')
        .choices(MISSED)
        .makeOptionMandatory(),
    )
    .option(...WHY)
    .option(...JSON_OPTION)
    .addHelpText('after', ENABLE_HELP)
    .action(run(async () => (await import('./endpoints.ts')).endpointEnable));
  endpoint
    .command('remove')
    .description('remove an endpoint with all that waits for it, was sent to it and was answered')
    .argument(...ID)
    .requiredOption('--why <text>', 'for the audit log')
    .option(...YES)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./endpoints.ts')).endpointRemove));
  endpoint
    .command('replay')
    .description('send messages to an endpoint again')
    .argument(...ID)
    .option('--all', 'also those that were delivered, and those that were never sent to it')
    .option('--since <time>', 'of what took place since (2d, 36h, or ISO 8601)', time)
    .option('--until <time>', 'of what took place before', time)
    .addOption(types('only messages of these types'))
    .option('--user <id>', 'only of accounts that are or were this user’s')
    .option('--account <id>', 'only about this connected account')
    .option('--dry-run', 'only count them')
    .option(...WHY)
    .option(...YES)
    .option(...JSON_OPTION)
    .addHelpText('after', REPLAY_HELP)
    .action(run(async () => (await import('./endpoint-replay.ts')).endpointReplay));
};
