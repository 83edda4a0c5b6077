import type { Env } from '../config/config.ts';
import { BUILT_IN_USERS, hasBuiltInUsers } from '../users/built-in.ts';
import { CommandError, EXIT } from './exit.ts';
import { type Asking, settle } from './init-question.ts';
import { openToTry, type Tried, wrong } from './init-try.ts';

/**
 * Asks for a user to begin with, where they are in our own table and there is none: without one, no webview could be
 * made.
 *
 * @param settings with a database and a users table that were tried
 * @returns their id; null: nobody for now, or they have a table of their own
 * @throws CommandError where one is given for a table of theirs
 */
export const askFirstUser = async (
  asking: Asking,
  given: Readonly<{ firstUser?: string }>,
  settings: Env,
): Promise<string | null> => {
  const { USERS_TABLE: table = BUILT_IN_USERS } = settings;
  if (table !== BUILT_IN_USERS) {
    if (given.firstUser === undefined) return null;
    throw new CommandError(
      `--first-user is for our own table: ${table} is yours, and is only read. Nothing was done.`,
      EXIT.usage,
    );
  }
  if (given.firstUser === undefined && (await hasUsers(settings))) return null;
  const { found } = await settle<string | null>(asking, {
    name: 'First user',
    intro: [
      'A user to try it with: an id as your app has it, or any text such as "ada". Enter for none yet.',
    ],
    given: given.firstUser,
    attempt: async answer => tryFirstUser(answer.trim()),
  });
  return found;
};

const hasUsers = async (settings: Env): Promise<boolean> => {
  await using database = openToTry(settings);
  return await hasBuiltInUsers(database.pool);
};

/** As long as a value of Seam's metadata may be, which is to carry it. */
const LONGEST_ID = 500;

const tryFirstUser = (id: string): Tried<string | null> => {
  if (id === '') return { ok: true, said: 'no user for now', found: null };
  if (id.length > LONGEST_ID || /\p{C}/u.test(id)) {
    return wrong(`An id must have 1 to ${LONGEST_ID} characters, none of them invisible.`);
  }
  return { ok: true, said: `"${id}" will be a user`, found: id };
};
