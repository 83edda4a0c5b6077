import { type Command, InvalidArgumentError, Option } from 'commander';
import { ACCOUNT_STATES } from '../model/outcome.ts';
import { DEVICE_CAPABILITIES } from '../seam/webview-options.ts';
import {
  accountId,
  addText,
  JSON_OPTION,
  type Run,
  WORKSPACE_OPTION,
  wholeNumber,
  yesOrNo,
} from './options.ts';

/** Collects `--metadata key=value`, which may be given several times. */
const keyAndValue = (text: string, before: [string, string][]): [string, string][] => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be key=value.');
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
};

/** The commands about connected accounts. */
export const addAccountCommands = (program: Command, run: Run): void => {
  const account = program.command('account').description('connected accounts, here and in Seam');
  const wait = [
    '--wait <seconds>',
    'how long to wait for the check that follows',
    wholeNumber(0, 600),
    15,
  ] as const;
  const why = ['--why <text>', 'the reason, for the audit log'] as const;
  account
    .command('list')
    .description('list known accounts, most recently checked first')
    .option('--user <id>', 'only those linked to this user')
    .addOption(new Option('--state <state>', 'only accounts in this state').choices(ACCOUNT_STATES))
    .option('--limit <number>', 'how many to list at most', wholeNumber(1, 10_000), 100)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./accounts.ts')).accountList));
  account
    .command('show')
    .description('show an account, what Seam shows now, and its history')
    .argument('<id>', 'of the account, a connect webview that led to it, or its user', accountId)
    .option(...WORKSPACE_OPTION)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./accounts.ts')).accountShow));
  account
    .command('update')
    .description("change an account's metadata or other parts of it, in Seam and here")
    .argument('<id>', 'of the account, or a connect webview that led to it', accountId)
    .option('--user <id>', 'the user it belongs to')
    .option(
      '--metadata <key=value>',
      'set a key (may be repeated); true and false are booleans, an empty value removes the key',
      keyAndValue,
      [],
    )
    .option('--display-name <name>', 'the name that Seam shows for it')
    .option(
      '--accepted-capability <name>',
      `a kind of device that may be connected, in place of those now (may be repeated): ${DEVICE_CAPABILITIES.join(', ')}, …`,
      addText,
    )
    .option(
      '--automatically-manage-new-devices <true|false>',
      'whether devices that are added later become managed ones',
      yesOrNo,
    )
    .option(
      '--customer-key <key>',
      'the Seam customer it belongs to; Seam takes one only for an account that has none',
    )
    .option(...why)
    .option(...wait)
    .option(...WORKSPACE_OPTION)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./accounts.ts')).accountUpdate));
  account
    .command('delete')
    .description('delete an account in Seam, with its devices and access codes, and end its link')
    .argument('<id>', 'of the account', accountId)
    .option(...why)
    .option('--yes', "don't ask for confirmation or a reason")
    .option(...wait)
    .option(...WORKSPACE_OPTION)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./accounts.ts')).accountDelete));
};
