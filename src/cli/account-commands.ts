import { type Command, InvalidArgumentError, Option } from 'commander';
import { ACCOUNT_STATES } from '../model/outcome.ts';
import { accountDelete, accountList, accountShow, accountUpdate } from './accounts.ts';
import { JSON_OPTION, type Run, WORKSPACE_OPTION, wholeNumber } from './options.ts';

/** Collects `--metadata key=value`, which may be given several times. */
const keyAndValue = (text: string, before: [string, string][]): [string, string][] => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be key=value.');
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
};

/** The commands about connected accounts. */
export const addAccountCommands = (program: Command, run: Run): void => {
  const account = program.command('account').description('connected accounts, here and at Seam');
  const wait = [
    '--wait <seconds>',
    'how long to wait for the look that follows',
    wholeNumber(0, 600),
    15,
  ] as const;
  const why = ['--why <text>', 'the reason, for the audit log'] as const;
  account
    .command('list')
    .description('list the accounts that we have, the last looked at first')
    .option('--user <id>', 'only those that are linked to this user')
    .addOption(new Option('--state <state>', 'only these').choices(ACCOUNT_STATES))
    .option('--limit <number>', 'at most so many', wholeNumber(1, 10_000), 100)
    .option(...JSON_OPTION)
    .action(run(accountList));
  account
    .command('show')
    .description('show what we have of an account, what Seam shows now, and its history')
    .argument('<id>', 'of the account, of a connect webview that led to it, or of its user')
    .option(...WORKSPACE_OPTION)
    .option(...JSON_OPTION)
    .action(run(accountShow));
  account
    .command('update')
    .description("mend an account's metadata at Seam and here")
    .argument('<id>', 'of the account, or of a connect webview that led to it')
    .option('--user <id>', 'the user of ours to whom it belongs')
    .option(
      '--metadata <key=value>',
      'set a key, several times for several; true and false are booleans, an empty value takes the key away',
      keyAndValue,
      [],
    )
    .option(...why)
    .option(...wait)
    .option(...WORKSPACE_OPTION)
    .option(...JSON_OPTION)
    .action(run(accountUpdate));
  account
    .command('delete')
    .description('delete an account at Seam, with its devices and access codes, and end its link')
    .argument('<id>', 'of the account')
    .option(...why)
    .option('--yes', "don't ask, neither for a yes nor why")
    .option(...wait)
    .option(...WORKSPACE_OPTION)
    .option(...JSON_OPTION)
    .action(run(accountDelete));
};
