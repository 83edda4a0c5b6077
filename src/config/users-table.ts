/** The app's own table of users; the columns that say more of one are optional. */
export type UsersTable = Readonly<{
  schema: string | null;
  table: string;
  idColumn: string;
  nameColumn: string | null;
  emailColumn: string | null;
}>;

/** The built-in table has a name and an e-mail; of any other the settings say where they are. */
export const usersTable = (
  settings: Readonly<{
    USERS_TABLE: Readonly<{ schema: string | null; table: string }>;
    USERS_ID_COLUMN: string;
    USERS_NAME_COLUMN?: string | undefined;
    USERS_EMAIL_COLUMN?: string | undefined;
  }>,
): UsersTable => {
  const { USERS_TABLE: table, USERS_NAME_COLUMN: name, USERS_EMAIL_COLUMN: email } = settings;
  const isBuiltIn = table.schema === 'reconciler' && table.table === 'users';
  return {
    ...table,
    idColumn: settings.USERS_ID_COLUMN,
    nameColumn: name ?? (isBuiltIn ? 'name' : null),
    emailColumn: email ?? (isBuiltIn ? 'email' : null),
  };
};
