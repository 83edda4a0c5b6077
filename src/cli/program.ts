import { Command, CommanderError } from 'commander';
import { SupportError, type SupportFault } from '../access/errors.ts';
import { ConfigError, type Env } from '../config/config.ts';
import { misspeltSettings, tellMisspelt } from '../config/misspelt.ts';
import { fileSettingOf, SECRET_NAMES } from '../config/secret-files.ts';
import { CannotMigrateError, databaseFault, MigrationError } from '../db/errors.ts';
import { ListenError } from '../http/server.ts';
import { describeError } from '../ops/log.ts';
import { VERSION } from '../ops/version.ts';
import { QueueAwayError, QueueFault, QueuePlaceError } from '../queue/errors.ts';
import { SeamError, SeamRefusedError } from '../seam/errors.ts';
import { tellFault, UsersTableError } from '../users/errors.ts';
import { addAccountCommands } from './account-commands.ts';
import { addAlertCommands } from './alert-commands.ts';
import { addBulkCommands } from './bulk-commands.ts';
import { addCaseCommands } from './case-commands.ts';
import { retry, show } from './cases.ts';
import { addCompletionCommand } from './completion.ts';
import { doctor } from './doctor.ts';
import { addEndpointCommands } from './endpoint-commands.ts';
import { addEraseCommand } from './erase.ts';
import { CommandError, EXIT } from './exit.ts';
import { addFindingCommands } from './finding-commands.ts';
import { addLinkCommands } from './links.ts';
import { addMessageCommands } from './message-commands.ts';
import { addOperatorCommands } from './operator-commands.ts';
import { JSON_OPTION, type Run, wholeNumber } from './options.ts';
import { printNotice } from './print.ts';
import { addQueueCommands } from './queue-commands.ts';
import { ReaderGoneError } from './reader.ts';
import { addSandboxCommands } from './sandbox-commands.ts';
import { seamFault } from './seam.ts';
import { addSeamCommands } from './seam-commands.ts';
import { migrate, serve, work } from './serve.ts';
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
    .action(run(serve));
  program
    .command('work')
    .description('run the worker: check what is owed')
    .option('--health-port <port>', 'serve /healthz and /readyz there', wholeNumber(1, 65_535))
    .action(run(work));
  program
    .command('migrate')
    .description('bring the database up to this version')
    .action(run(migrate));
  program
    .command('show')
    .description('show what is known about a connect webview, connected account, user or event')
    .argument('<id>', 'its id')
    .option(...JSON_OPTION)
    .action(run(show));
  addFindingCommands(program, run);
  program
    .command('retry')
    .description('check a connection again, now')
    .argument('<id>', 'of a connect webview, connected account, user or event')
    .option(...JSON_OPTION)
    .action(run(retry));
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

/** The commands that tell of misspelt settings in their own way, if they begin at all. */
const TELL_OF_MISSPELT: ReadonlySet<unknown> = new Set([serve, work, doctor]);

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
    command =>
    async (...given) => {
      // Lines of a log are JSON: there it is told once there is one.
      if (!TELL_OF_MISSPELT.has(command)) tellOfMisspelt(env);
      try {
        exitCode = await command(env, ...given);
      } catch (error) {
        if (TELL_OF_MISSPELT.has(command) && error instanceof ConfigError) tellOfMisspelt(env);
        throw error;
      }
    };
  try {
    const program = createProgram(run);
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error);
  }
};

const EXIT_OF_FAULT = {
  invalid: EXIT.usage,
  not_found: EXIT.notFound,
  not_allowed: EXIT.refused,
  refused: EXIT.refused,
  conflict: EXIT.refused,
  gone: EXIT.refused,
} as const satisfies Record<SupportFault, number>;

const explainFault = ({ fault, message, faults }: SupportError): number => {
  for (const sentence of new Set([message, ...Object.values(faults)])) printNotice(sentence);
  return EXIT_OF_FAULT[fault];
};

const explainUsersTable = (fault: UsersTableError): number => {
  printNotice(tellFault(fault));
  return fault.isSetting ? EXIT.usage : EXIT.failed;
};

const explainQueue = (fault: QueueFault): number => {
  printNotice(`${fault.message}. ${fault.remedy}`);
  return fault instanceof QueuePlaceError ? EXIT.usage : EXIT.failed;
};

/** Tells of an error in its own words where they are meant for people, with a stack where not. */
const explain = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof ConfigError) {
    printNotice(error.message);
    return EXIT.usage;
  }
  if (error instanceof UsersTableError) return explainUsersTable(error);
  if (error instanceof ReaderGoneError) return EXIT.readerGone;
  if (error instanceof SupportError) return explainFault(error);
  if (error instanceof CommandError) {
    printNotice(error.message);
    return error.exitCode;
  }
  if (error instanceof SeamError) {
    printNotice(seamFault(error));
    return error instanceof SeamRefusedError ? EXIT.refused : EXIT.failed;
  }
  if (error instanceof QueueFault) return explainQueue(error);
  const isSaid = [ListenError, CannotMigrateError, MigrationError, QueueAwayError].some(
    kind => error instanceof kind,
  );
  const { message, stack } = describeError(error);
  const fault = isSaid ? message : databaseFault(error);
  printNotice(String(fault ?? stack ?? message));
  return EXIT.failed;
};
