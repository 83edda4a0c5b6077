import { type Actor, may } from '../../access/actor.ts';
import { UsersTableError } from '../../users/errors.ts';
import type { Found, Profile } from '../../users/profiles.ts';
import type { FoundBy } from '../cases/found-by.ts';
import type { Desk } from '../desk.ts';
import type { Wanted } from './search-text.ts';

/** Users of the app that a text leads to. */
export type UsersOfSearch = Readonly<{
  /** By their ids as they are stored; as this person may see them. */
  profiles: ReadonlyMap<string, Profile>;
  foundBy: ReadonlyMap<string, FoundBy>;
  /** Those whose id or e-mail was given as a whole. */
  exact: readonly string[];
  /** Whether their table could be read, and in time. */
  areSearched: boolean;
  areNamesSearched: boolean;
}>;

const MOST_CALLED = 200;

/** A search goes on without the app's users where their table can't be read, or not in time; and says so. */
const inspite = async <T>(
  { log }: Pick<Desk, 'log'>,
  read: Promise<T>,
): Promise<{ found: T } | null> => {
  try {
    return { found: await read };
  } catch (error) {
    if (!(error instanceof UsersTableError)) throw error;
    log.warn({ err: error }, 'the users could not be searched');
    return null;
  }
};

/**
 * Users with one of these ids or e-mails, and those who are called so by all words: not for who may not see e-mails.
 */
export const findUsers = async (
  desk: Pick<Desk, 'profiles' | 'log'>,
  actor: Actor,
  { ids, words, areWordsWhole }: Wanted,
): Promise<UsersOfSearch> => {
  const exact = await inspite(desk, desk.profiles.exactly(actor, ids));
  const mayUseWords = words.length > 0 && may(actor, 'see_emails');
  const called = !mayUseWords
    ? { found: new Map() as Found }
    : await inspite(
        desk,
        desk.profiles.called(actor, words.join(' '), {
          areWhole: areWordsWhole,
          limit: MOST_CALLED,
        }),
      );
  const profiles = new Map([...(called?.found ?? []), ...(exact?.found ?? [])]);
  const foundBy = new Map<string, FoundBy>(
    [...profiles.keys()].map(id => [
      id,
      exact?.found.has(id) === true ? 'user_email' : 'user_words',
    ]),
  );
  return {
    profiles,
    foundBy,
    exact: [...(exact?.found.keys() ?? [])],
    areSearched: exact !== null,
    areNamesSearched: called !== null && called.found !== null,
  };
};

const MOST_ALIKE = 20;

/** For where nothing else was found: users who are called nearly so; none where that can't be told, or not in time. */
export const findUsersAlike = async (
  desk: Pick<Desk, 'profiles' | 'log'>,
  actor: Actor,
  { words }: Wanted,
): Promise<Found> =>
  (await inspite(desk, desk.profiles.alike(actor, words.join(' '), MOST_ALIKE)))?.found ??
  new Map();
