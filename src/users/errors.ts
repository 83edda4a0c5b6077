/** Their table of users can't be used: its settings name nothing, or it can't be read as it is. */
export class UsersTableError extends Error {
  override readonly name = 'UsersTableError';
  /** What an engineer does about it. */
  readonly remedy: string;
  /** USERS_TABLE or USERS_ID_COLUMN names nothing: nobody has to wait for a database to see that. */
  readonly isSetting: boolean;

  constructor(
    message: string,
    options: { remedy?: string; isSetting?: boolean; cause?: unknown } = {},
  ) {
    const { remedy = 'Check USERS_TABLE and USERS_ID_COLUMN.', isSetting = false, cause } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.remedy = remedy;
    this.isSetting = isSetting;
  }
}

/** What is wrong and what to do, in a row: for the details of a case, and for a command. */
export const tellFault = ({ message, remedy }: UsersTableError): string => `${message}. ${remedy}`;
