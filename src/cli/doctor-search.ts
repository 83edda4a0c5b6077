import type { Context } from '../app/context.ts';
import type { Config } from '../config/config.ts';
import { trigramSchema } from '../db/trigrams.ts';
import type { Check } from '../support/setup/doctor.ts';

import type { WordIndex } from '../users/called.ts';
import { createUserDirectory } from '../users/directory.ts';
import { createProfiles } from '../users/profiles.ts';

const WITH = 'by words, and what is misspelt by pg_trgm';
const WITHOUT =
  'by words only: what is misspelt, or begins no word, isn’t found. For that too, let the database’s owner run "create extension pg_trgm", then run "migrate"';

const namesOf = (index: WordIndex | null): string => {
  if (index === null) return 'users by their ids: no column of their names or e-mails is set';
  if (index.isThere) return 'users by an index of their table';
  const about = `about ${index.users.toLocaleString('en')} users`;
  return index.isNeeded
    ? `users’ names aren’t searched (${about}, no index). To search them: ${index.create}`
    : `users without an index (${about})`;
};

/** Of what support staff find by names. None of it is a fault. @param context null where DATABASE_URL is missing or wrong */
export const checksOfSearch = (
  context: Context | null,
  { users: table }: Pick<Config, 'users'>,
): Check[] => [
  {
    name: 'search',
    needs: ['migrations', 'users table'],
    look: async () => {
      if (context === null) throw new TypeError('checked without a database');
      const { pool } = context.database;
      const profiles = createProfiles(pool, createUserDirectory(pool, table), table);
      const isMore = (await trigramSchema(pool)) !== null;
      return `${isMore ? WITH : WITHOUT}; ${namesOf(await profiles.wordIndex())}`;
    },
  },
];
