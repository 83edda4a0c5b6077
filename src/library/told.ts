import { CannotMigrateError, databaseFault, MigrationError } from '../db/errors.ts';
import { HooksError } from '../endpoints/hooks.ts';
import { QueuePlaceError } from '../queue/errors.ts';
import { tellFault, UsersTableError } from '../users/errors.ts';
import { OptionsError, ReconcilerError } from './errors.ts';
import { inOptions } from './words.ts';

export const NOT_MIGRATED =
  'The database is missing migrations: call reconciler.migrate() first, or run "npx seam-reconciler migrate".';

/**
 * In the words of options; what is no fault of those or of the database stays as it is.
 *
 * @param address the option that says which database was asked
 */
export const told = (error: unknown, address: 'databaseUrl' | 'migrateDatabaseUrl'): unknown => {
  if (error instanceof ReconcilerError || error instanceof OptionsError) return error;
  if (error instanceof HooksError) return new OptionsError([`hooks: ${error.message}`]);
  if (error instanceof QueuePlaceError) {
    return new OptionsError([inOptions(`${error.message}. ${error.remedy}`)], { cause: error });
  }
  if (error instanceof UsersTableError) {
    return new OptionsError([inOptions(tellFault(error))], { cause: error });
  }
  // Before what it was caused by: a table that a step misses is no missing migration.
  if (error instanceof CannotMigrateError || error instanceof MigrationError) {
    return new ReconcilerError('cannot_migrate', inOptions(error.message), { cause: error });
  }
  const fault = databaseFault(error, address);
  if (fault === null) return error;
  const isLacking = fault.includes('migrations');
  return isLacking
    ? new ReconcilerError('not_migrated', NOT_MIGRATED, { cause: error })
    : new ReconcilerError('database_unavailable', fault, { cause: error });
};
