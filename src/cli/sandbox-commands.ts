import { Argument, type Command, Option } from 'commander';
import { IS_BUILT } from '../ops/built.ts';
import { ACCOUNT_CHANGES } from '../sandbox/account-life.ts';
import { CommandError, EXIT } from './exit.ts';
import { accountId, type Run, wholeNumber } from './options.ts';

/** The package has none of them in its help. */
const CLONE_ONLY = { hidden: IS_BUILT };

/** @throws CommandError in the package: its own PostgreSQL and Seam's fake are dev packages */
const insistOnClone = (): void => {
  if (!IS_BUILT) return;
  throw new CommandError(
    'This needs a clone of seam-reconciler with its dev packages (a PostgreSQL of its own, and a fake of Seam): there, "npm start". ' +
      'The package has what runs beside your own PostgreSQL: "migrate", then "serve --work".',
    EXIT.refused,
  );
};

/** `dev` and `sandbox …`: what only a clone can do. */
export const addSandboxCommands = (program: Command, run: Run): void => {
  const inClone: Run = load =>
    run(() => {
      insistOnClone();
      return load();
    });
  program
    .command('dev', CLONE_ONLY)
    .description('run everything on this machine, with a sandbox where settings are missing')
    .action(inClone(async () => (await import('./dev.ts')).dev));
  const sandbox = program
    .command('sandbox', CLONE_ONLY)
    .description('act as the app and Seam in the sandbox of a running "npm start"');
  sandbox
    .command('connect')
    .description('open a Connect Webview as a user, and finish it')
    .option('--user <id>', 'the user id that the app puts into custom_metadata (none: no id)')
    .addOption(new Option('--webview <id>', 'one made with "webview create"').conflicts('user'))
    .option('--account <id>', 'reconnect this account', accountId)
    .option('--no-webhooks', 'lose its webhooks')
    .action(inClone(async () => (await import('./sandbox.ts')).sandboxConnect));
  sandbox
    .command('account')
    .description('make something happen to a connected account, so that Seam sends an event')
    .argument('<id>', 'of the account', accountId)
    .addArgument(new Argument('<change>', 'what happens').choices(ACCOUNT_CHANGES))
    .action(inClone(async () => (await import('./sandbox.ts')).sandboxAccount));
  sandbox
    .command('user')
    .description('add a user to the app')
    .argument('<id>', 'its id')
    .action(inClone(async () => (await import('./sandbox.ts')).sandboxUser));
  sandbox
    .command('outage')
    .description('start or end an outage of Seam')
    .addArgument(new Argument('<what>', 'start or stop').choices(['start', 'stop']))
    .action(inClone(async () => (await import('./sandbox.ts')).sandboxOutage));
  sandbox
    .command('fill')
    .description(
      'fill the support desk with made-up cases: many makers, scripts, reasons, workspaces',
    )
    .option('--cases <number>', 'how many', wholeNumber(1, 20_000), 3_000)
    .action(inClone(async () => (await import('./sandbox.ts')).sandboxFill));
};
