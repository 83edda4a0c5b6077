import { type Command, Option } from 'commander';
import { LEAST_ROLES, ROLES } from '../access/permissions.ts';
import { LEFT_OUT } from '../operators/token-record.ts';
import { age } from './moment.ts';
import { JSON_OPTION, type Run, wholeNumber } from './options.ts';

const ID = ['<id>', 'its number', wholeNumber(1, Number.MAX_SAFE_INTEGER)] as const;
const expiresOption = (): Option =>
  new Option('--expires <age>', 'how long it works: 12h to 366d (default: 90d)').argParser(age);

/** Which programs may come in. */
export const addTokenCommands = (program: Command, run: Run): void => {
  const token = program.command('token').description('tokens that programs call the API with');
  token
    .command('create')
    .description('create a token and print it, only once')
    .argument('<name>', 'what it is for')
    .addOption(
      new Option('--role <role>', 'the most that it may').choices(ROLES).makeOptionMandatory(),
    )
    .requiredOption(
      '--owner <operator>',
      'the operator it belongs to: it may no more than they may, and ends with them',
    )
    .addOption(expiresOption())
    .addOption(
      new Option(
        '--permission <names...>',
        `only these of what the role may; ${LEFT_OUT} have to be named`,
      ).choices(Object.keys(LEAST_ROLES)),
    )
    .option('--workspace <ids or names...>', 'only these Seam workspaces')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./tokens.ts')).tokenCreate));
  token
    .command('rotate')
    .description('give a token a new secret and print it; the old one works for a while')
    .argument(...ID)
    .addOption(
      new Option(
        '--overlap <age>',
        'how long the old secret works on: 0h to 30d (default: 24h)',
      ).argParser(age),
    )
    .addOption(expiresOption())
    .option(
      '--owner <operator>',
      'the operator it belongs to from now on, for a token that has no owner',
    )
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./tokens.ts')).tokenRotate));
  token
    .command('list')
    .description('list tokens, without their secrets')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./tokens.ts')).tokenList));
  token
    .command('revoke')
    .description('revoke a token: it stops working at once')
    .argument(...ID)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./tokens.ts')).tokenRevoke));
};
