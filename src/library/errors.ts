/** Options that are wrong or missing: all of them at once, by their own names, never with a value. */
export class OptionsError extends TypeError {
  override readonly name = 'OptionsError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[], options?: ErrorOptions) {
    const list = faults.map(fault => `  - ${fault}`).join('\n');
    super(`These options of createReconciler need attention:\n${list}`, options);
    this.faults = faults;
  }
}

/** Why a method could not do what it was asked for. */
export type ReconcilerFault =
  /** `stop()` was called. */
  | 'stopped'
  /** The database lacks this version's migrations. */
  | 'not_migrated'
  /** `migrate()` has failed, or the database won't do: what it says was not applied. */
  | 'cannot_migrate'
  /** The database can't be used. */
  | 'database_unavailable'
  /** What was asked for can't be so; nothing was done. */
  | 'invalid'
  | 'no_such_user'
  /** The account is not this user's. */
  | 'not_their_account'
  /** Seam, or the state of the account, doesn't allow it. */
  | 'refused'
  /** Seam can't be reached, throttles us or doesn't take the key; `cause` says which. */
  | 'seam_unavailable';

/** A method could not do what it was asked for: `code` says why, the message what to do. */
export class ReconcilerError extends Error {
  override readonly name = 'ReconcilerError';
  readonly code: ReconcilerFault;

  constructor(code: ReconcilerFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
