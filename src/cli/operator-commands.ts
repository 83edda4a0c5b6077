import { Argument, type Command, Option } from 'commander';
import { ROLES } from '../access/permissions.ts';
import {
  operatorAdd,
  operatorDisable,
  operatorEnable,
  operatorList,
  operatorPassword,
  operatorRole,
} from './operators.ts';
import { JSON_OPTION, type Run, wholeNumber } from './options.ts';
import { tokenCreate, tokenList, tokenRevoke } from './tokens.ts';

const NAME = ['<name>', 'their name'] as const;
const roleOption = (): Option =>
  new Option('--role <role>', 'their role').choices(ROLES).makeOptionMandatory();
const linkOption = (): Option =>
  new Option('--link', 'print a link that signs in once and lets them choose a password').conflicts(
    'passwordStdin',
  );
const STDIN_OPTION = ['--password-stdin', 'read the password from stdin'] as const;

/** Who may come in: people, and programs. */
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
    .action(run(operatorAdd));
  operator
    .command('list')
    .description('list operators')
    .option(...JSON_OPTION)
    .action(run(operatorList));
  operator
    .command('role')
    .description("change an operator's role")
    .argument(...NAME)
    .addArgument(new Argument('<role>', 'their role').choices(ROLES))
    .option(...JSON_OPTION)
    .action(run(operatorRole));
  operator
    .command('password')
    .description('give an operator a new password; signs them out')
    .argument(...NAME)
    .addOption(linkOption())
    .option(...STDIN_OPTION)
    .option(...JSON_OPTION)
    .action(run(operatorPassword));
  operator
    .command('disable')
    .description('disable an operator; signs them out')
    .argument(...NAME)
    .option(...JSON_OPTION)
    .action(run(operatorDisable));
  operator
    .command('enable')
    .description('enable a disabled operator')
    .argument(...NAME)
    .option(...JSON_OPTION)
    .action(run(operatorEnable));

  const token = program.command('token').description('tokens that programs call the API with');
  token
    .command('create')
    .description('create a token and print it, only once')
    .argument('<name>', 'what it is for')
    .addOption(roleOption())
    .option(...JSON_OPTION)
    .action(run(tokenCreate));
  token
    .command('list')
    .description('list tokens, without their secrets')
    .option(...JSON_OPTION)
    .action(run(tokenList));
  token
    .command('revoke')
    .description('revoke a token: it stops working at once')
    .argument('<id>', 'its number', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option(...JSON_OPTION)
    .action(run(tokenRevoke));
};
