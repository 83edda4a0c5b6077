import { Command, CommanderError } from 'commander';
import { ConfigError, type Env } from '../config/config.ts';
import { misspeltSettings, tellMisspelt } from '../config/misspelt.ts';
import { fileSettingOf, SECRET_NAMES } from '../config/secret-files.ts';
import { VERSION } from '../ops/version.ts';
import { addAccountCommands } from './account-commands.ts';
import { addAlertCommands } from './alert-commands.ts';
import { addBulkCommands } from './bulk-commands.ts';
import { addCaseCommands } from './case-commands.ts';
import { addCompletionCommand } from './completion.ts';
import { addEndpointCommands } from './endpoint-commands.ts';
import { addEraseCommand } from './erase-command.ts';
import { EXIT } from './exit.ts';
import { addFindingCommands } from './finding-commands.ts';
import { addInitCommand } from './init-command.ts';
import { addLinkCommands } from './link-commands.ts';
import { addMessageCommands } from './message-commands.ts';
import { addOperatorCommands } from './operator-commands.ts';
import { JSON_OPTION, type Run, wholeNumber } from './options.ts';
import { printNotice } from './print.ts';
import { addQueueCommands } from './queue-commands.ts';
import { addSandboxCommands } from './sandbox-commands.ts';
import { addSeamCommands } from './seam-commands.ts';
import { addSessionCommands } from './session-commands.ts';
import { addShiftCommands } from './shift-commands.ts';
import { addTokenCommands } from './token-commands.ts';
import { addUpkeepCommands } from './upkeep-commands.ts';

const SETTINGS_HELP = `
Settings are environment variables; .env.example explains each. A secret may be in a file instead, which one of
these names: ${SECRET_NAMES.map(fileSettingOf).join(', ')}.`;

/** All commands and their options. `run` says what happens when one is called; until then nothing does. */
export const createProgram = (run: Run): Command => {
  const program = new Command('seam-reconciler')
    .description(
      "Takes Seam's webhooks and records in your database which user owns each connected account.",
    )
    .addHelpText('after', SETTINGS_HELP)
    .version(VERSION, '--version', 'print the version and the commit')
    .exitOverride()
    .showHelpAfterError('(see --help)')
    .helpCommand(false);

  program
    .command('serve')
    .description('take webhooks at POST /webhooks/seam')
    .option('--work', 'also run a worker in this process')
    .option('--share-port', 'let further serve processes listen on the same port (Linux)')
    .action(run(async () => (await import('./serve.ts')).serve, { tellsOfMisspelt: true }));
  program
    .command('work')
    .description('run the worker: check what is owed')
    .option('--health-port <port>', 'serve /healthz and /readyz there', wholeNumber(1, 65_535))
    .action(run(async () => (await import('./serve.ts')).work, { tellsOfMisspelt: true }));
  program
    .command('migrate')
    .description('bring the database up to this version')
    .action(run(async () => (await import('./serve.ts')).migrate));
  addInitCommand(program, run);
  program
    .command('show')
    .description('show what is known about a connect webview, connected account, user or event')
    .argument('<id>', 'its id')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./cases.ts')).show));
  addFindingCommands(program, run);
  program
    .command('retry')
    .description('check a connection again, now')
    .argument('<id>', 'of a connect webview, connected account, user or event')
    .option(...JSON_OPTION)
    .action(run(async () => (await import('./cases.ts')).retry));
  addLinkCommands(program, run);
  addBulkCommands(program, run);
  addCaseCommands(program, run);
  addShiftCommands(program, run);
  addAccountCommands(program, run);
  addUpkeepCommands(program, run);
  addEraseCommand(program, run);
  addQueueCommands(program, run);
  addAlertCommands(program, run);
  addEndpointCommands(program, run);
  addMessageCommands(program, run);
  addSeamCommands(program, run);
  addOperatorCommands(program, run);
  addTokenCommands(program, run);
  addSessionCommands(program, run);
  addCompletionCommand(program, run);
  addSandboxCommands(program, run);
  return program;
};

/** Before what is missing, as it says why. */
const tellOfMisspelt = (env: Env): void => {
  for (const each of misspeltSettings(env)) printNotice(tellMisspelt(each));
};

/**
 * Runs one command.
 *
 * @returns the exit code: 0 done, 1 failed, 2 usage, 3 not found, 4 refused, 5 partly done, 130 interrupted,
 *   141 its reader left before the end
 */
export const runCli = async (args: readonly string[], env: Env): Promise<number> => {
  let exitCode: number = EXIT.done;
  // Commands return their exit code; commander has no place for one.
  const run: Run =
    (load, ways) =>
    async (...given) => {
      const tellsOfMisspelt = ways?.tellsOfMisspelt === true;
      const action = await load();
      // Lines of a log are JSON: there it is told once there is one.
      if (!tellsOfMisspelt) tellOfMisspelt(env);
      try {
        exitCode = await action(env, ...given);
      } catch (error) {
        if (tellsOfMisspelt && error instanceof ConfigError) tellOfMisspelt(env);
        throw error;
      }
    };
  try {
    const program = createProgram(run);
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return (await import('./explain.ts')).explain(error);
  }
};
