import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEVICE_CAPABILITIES, DEVICE_SELECTION_MODES } from '../seam/webview-options.ts';
import { accountId, addText, JSON_OPTION, type Run, WORKSPACE_OPTION, yesOrNo } from './options.ts';

type Pair = readonly [string, string | boolean];

/** `key=value`; true and false are booleans at Seam. */
const addPair = (text: string, before: readonly Pair[] = []): Pair[] => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be <key>=<value>.');
  const value = text.slice(at + 1);
  const isFlag = value === 'true' || value === 'false';
  return [...before, [text.slice(0, at), isFlag ? value === 'true' : value]];
};

/** The commands that set things going with Seam. */
export const addSeamCommands = (program: Command, run: Run): void => {
  const webview = program.command('webview').description('Connect Webviews');
  webview
    .command('create')
    .description(
      "create one for a user and print the URL to present; Seam's defaults apply to the rest",
    )
    .requiredOption('--user <id>', 'the user it is for: an id in your users table')
    .option(...WORKSPACE_OPTION)
    .option(
      '--metadata <key=value>',
      'another key for custom_metadata (may be repeated; true and false are booleans)',
      addPair,
    )
    .addOption(
      new Option(
        '--provider-category <category>',
        'which providers to show, by category: stable, …',
      ).conflicts('acceptedProvider'),
    )
    .option('--accepted-provider <name>', 'a provider to show, by name (may be repeated)', addText)
    .option('--excluded-provider <name>', 'a provider not to show (may be repeated)', addText)
    .option(
      '--accepted-capability <name>',
      `a kind of device that may be connected (may be repeated): ${DEVICE_CAPABILITIES.join(', ')}, …`,
      addText,
    )
    .option('--redirect-url <url>', 'where the user goes afterwards')
    .option('--redirect-failure-url <url>', 'where the user goes after a failure')
    .addOption(
      new Option('--device-selection-mode <mode>', 'how many devices the user can choose').choices(
        DEVICE_SELECTION_MODES,
      ),
    )
    .option(
      '--wait-for-device-creation <true|false>',
      "whether it finishes only once the account's devices are known",
      yesOrNo,
    )
    .option(
      '--automatically-manage-new-devices <true|false>',
      'whether devices that are added later become managed ones',
      yesOrNo,
    )
    .option('--customer-key <key>', 'the Seam customer that the account will belong to')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./webview.ts')).webviewCreate));
  webview
    .command('reconnect')
    .description(
      'create one for the user of an account, to connect it again: for the same user, from the same provider; print its URL',
    )
    .argument('<id>', 'of the account, a connect webview that led to it, or its user', accountId)
    .option(
      '--accepted-provider <name>',
      'another provider than the one we know (may be repeated)',
      addText,
    )
    .option('--redirect-url <url>', 'where the user goes afterwards')
    .option('--redirect-failure-url <url>', 'where the user goes after a failure')
    .option(...WORKSPACE_OPTION)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./webview.ts')).webviewReconnect));

  const webhook = program
    .command('webhook')
    .description('the webhook endpoint registered with Seam');
  webhook
    .command('setup')
    .description(
      'register our endpoint with Seam for the event types we need, and print its secret',
    )
    .requiredOption('--url <url>', 'https://<your host>/webhooks/seam')
    .option(...WORKSPACE_OPTION)
    .option(
      '--update',
      'give an endpoint that is already registered exactly the event types we need',
    )
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./webhook.ts')).webhookSetup));
  webhook
    .command('check')
    .description(
      'compare what is registered with Seam with what we need; exits 1 if something is missing',
    )
    .option(
      '--url <url>',
      'our endpoint (default: WEBHOOK_URL; without that, each whose path is /webhooks/seam)',
    )
    .option(...WORKSPACE_OPTION)
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./webhook.ts')).webhookCheck));

  program
    .command('workspaces')
    .description('list the Seam workspaces that our keys and tokens open; exits 1 if one is not')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./workspaces.ts')).workspaces));

  program
    .command('doctor')
    .description('check everything a new installation can get wrong, and say what to do')
    .option(
      '--url <url>',
      'our endpoint (default: WEBHOOK_URL; without that, each whose path is /webhooks/seam)',
    )
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./doctor.ts')).doctor, { tellsOfMisspelt: true }));
};
