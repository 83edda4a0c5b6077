import { SupportError, type SupportFault } from '../access/errors.ts';
import { ConfigError } from '../config/config.ts';
import { CannotMigrateError, databaseFault, MigrationError } from '../db/errors.ts';
import { ListenError } from '../http/server.ts';
import { describeError } from '../ops/log.ts';
import { QueueAwayError, QueueFault, QueuePlaceError } from '../queue/errors.ts';
import { SeamError, SeamRefusedError } from '../seam/errors.ts';
import { tellFault, UsersTableError } from '../users/errors.ts';
import { CommandError, EXIT } from './exit.ts';
import { printNotice } from './print.ts';
import { ReaderGoneError } from './reader.ts';
import { seamFault } from './seam.ts';

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

/**
 * Tells of an error in its own words where they are meant for people, with a stack where not.
 *
 * @returns the exit code that says the same
 */
export const explain = (error: unknown): number => {
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
