import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEVICE_SELECTION_MODES } from '../seam/webview-options.ts';
import { doctor } from './doctor.ts';
import { JSON_OPTION, type Run, WORKSPACE_OPTION } from './options.ts';
import { webhookCheck, webhookSetup } from './webhook.ts';
import { webviewCreate } from './webview.ts';

type Pair = readonly [string, string | boolean];

/** `key=value`; true and false are booleans at Seam. */
const addPair = (text: string, before: readonly Pair[] = []): Pair[] => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be <key>=<value>.');
  const value = text.slice(at + 1);
  const isFlag = value === 'true' || value === 'false';
  return [...before, [text.slice(0, at), isFlag ? value === 'true' : value]];
};

const addText = (text: string, before: readonly string[] = []): string[] => [...before, text];

const yesOrNo = (text: string): boolean => {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new InvalidArgumentError('It must be true or false.');
};

/** The commands that set things going with Seam. */
export const addSeamCommands = (program: Command, run: Run): void => {
  program
    .command('webview')
    .description('Connect Webviews')
    .command('create')
    .description(
      "create one for a user, and print the URL to present; Seam's defaults hold for the rest",
    )
    .requiredOption('--user <id>', 'for whom: an id in your users table')
    .option(...WORKSPACE_OPTION)
    .option(
      '--metadata <key=value>',
      'a further key for custom_metadata (may be repeated; true and false are booleans)',
      addPair,
    )
    .addOption(
      new Option(
        '--provider-category <category>',
        'which providers to show, by category: stable, …',
      ).conflicts('acceptedProvider'),
    )
    .option('--accepted-provider <name>', 'a provider to show, by name (may be repeated)', addText)
    .option('--redirect-url <url>', 'where the user goes afterwards')
    .option('--redirect-failure-url <url>', 'where the user goes after a failure')
    .addOption(
      new Option('--device-selection-mode <mode>', 'how many devices the user chooses').choices(
        DEVICE_SELECTION_MODES,
      ),
    )
    .option(
      '--wait-for-device-creation <true|false>',
      "whether it is finished only once the account's devices are known",
      yesOrNo,
    )
    .option(
      '--automatically-manage-new-devices <true|false>',
      'whether devices that are added later become managed ones',
      yesOrNo,
    )
    .option('--customer-key <key>', "Seam's customer, to whom the account will belong")
    .option(...JSON_OPTION)
    .action(run(webviewCreate));

  const webhook = program.command('webhook').description('our endpoint, as Seam knows it');
  webhook
    .command('setup')
    .description('register our endpoint with Seam for what we need, and print its secret')
    .requiredOption('--url <url>', 'https://<your host>/webhooks/seam')
    .option(...WORKSPACE_OPTION)
    .option('--update', 'give one that is registered already exactly the event types that we need')
    .option(...JSON_OPTION)
    .action(run(webhookSetup));
  webhook
    .command('check')
    .description(
      'compare what is registered with Seam with what we need; exit 1 when something is missing',
    )
    .option('--url <url>', 'our endpoint (else each whose path is /webhooks/seam)')
    .option(...WORKSPACE_OPTION)
    .option(...JSON_OPTION)
    .action(run(webhookCheck));

  program
    .command('doctor')
    .description('check all that a new installation can get wrong, and say what to do')
    .option('--url <url>', 'our endpoint (else each whose path is /webhooks/seam)')
    .option(...JSON_OPTION)
    .action(run(doctor));
};
