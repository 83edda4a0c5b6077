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
  new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory();
const linkOption = (): Option =>
  new Option('--link', 'print a link that signs in once; a password is chosen then').conflicts(
    'passwordStdin',
  );
const STDIN_OPTION = ['--password-stdin', 'read the password from stdin, not from you'] as const;

/** Who may come in: people, and programs. */
export const addOperatorCommands = (program: Command, run: Run): void => {
  const operator = program.command('operator').description('who signs in to the console');
  operator
    .command('add')
    .description('add one; asks for their password')
    .argument(...NAME)
    .addOption(roleOption())
    .addOption(linkOption())
    .option(...STDIN_OPTION)
    .option(...JSON_OPTION)
    .action(run(operatorAdd));
  operator
    .command('list')
    .description('list them')
    .option(...JSON_OPTION)
    .action(run(operatorList));
  operator
    .command('role')
    .description('give one another role')
    .argument(...NAME)
    .addArgument(new Argument('<role>', 'what they may do').choices(ROLES))
    .option(...JSON_OPTION)
    .action(run(operatorRole));
  operator
    .command('password')
    .description('give one a new password; signs them out')
    .argument(...NAME)
    .addOption(linkOption())
    .option(...STDIN_OPTION)
    .option(...JSON_OPTION)
    .action(run(operatorPassword));
  operator
    .command('disable')
    .description('keep one out; signs them out')
    .argument(...NAME)
    .option(...JSON_OPTION)
    .action(run(operatorDisable));
  operator
    .command('enable')
    .description('let one in again')
    .argument(...NAME)
    .option(...JSON_OPTION)
    .action(run(operatorEnable));

  const token = program.command('token').description('what programs call the API with');
  token
    .command('create')
    .description('create one, and print it: this once')
    .argument('<name>', 'what it is for')
    .addOption(roleOption())
    .option(...JSON_OPTION)
    .action(run(tokenCreate));
  token
    .command('list')
    .description('list them, without the tokens themselves')
    .option(...JSON_OPTION)
    .action(run(tokenList));
  token
    .command('revoke')
    .description('from now on it opens nothing')
    .argument('<id>', 'its number', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option(...JSON_OPTION)
    .action(run(tokenRevoke));
};
