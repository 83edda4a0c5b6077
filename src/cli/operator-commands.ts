import { Argument, type Command, Option } from 'commander';
import { ROLES } from '../access/permissions.ts';
import { JSON_OPTION, type Run } from './options.ts';

const NAME = ['<name>', 'their name'] as const;
const roleOption = (): Option =>
  new Option('--role <role>', 'their role').choices(ROLES).makeOptionMandatory();
const linkOption = (): Option =>
  new Option('--link', 'print a link that signs in once and lets them choose a password').conflicts(
    'passwordStdin',
  );
const STDIN_OPTION = ['--password-stdin', 'read the password from stdin'] as const;

/** Which people may come in. */
export const addOperatorCommands = (program: Command, run: Run): void => {
  const operator = program.command('operator').description('who can sign in to the console');
  operator
    .command('add')
    .description('add an operator; asks for their password')
    .argument(...NAME)
    .addOption(roleOption())
    .addOption(linkOption())
    .option(...STDIN_OPTION)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./operators.ts')).operatorAdd));
  operator
    .command('list')
    .description('list operators')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./operators.ts')).operatorList));
  operator
    .command('role')
    .description("change an operator's role")
    .argument(...NAME)
    .addArgument(new Argument('<role>', 'their role').choices(ROLES))
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./operators.ts')).operatorRole));
  operator
    .command('password')
    .description('give an operator a new password; signs them out')
    .argument(...NAME)
    .addOption(linkOption())
    .option(...STDIN_OPTION)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./operators.ts')).operatorPassword));
  operator
    .command('passkeys')
    .description("list an operator's passkeys, or remove all of them; that signs them out")
    .argument(...NAME)
    .option('--remove-all', 'remove them: for someone who has lost them')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./operators.ts')).operatorPasskeys));
  operator
    .command('disable')
    .description('disable an operator; signs them out')
    .argument(...NAME)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./operators.ts')).operatorDisable));
  operator
    .command('enable')
    .description('enable a disabled operator')
    .argument(...NAME)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./operators.ts')).operatorEnable));
};
