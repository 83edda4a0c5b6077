import { identifierFor, userIdFor, type Viewer, wordsFor } from '../../access/mask.ts';
import type { Profile } from '../../users/profiles.ts';
import type { ConnectionRow } from './connection-row.ts';
import type { CaseFound } from './search-found.ts';

/* What is told of why something was found. Pure. */

const LONGEST = 160;

const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

const short = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const letters = [...line];
  return letters.length <= LONGEST ? line : `${letters.slice(0, LONGEST - 1).join('')}…`;
};

type Known = Readonly<{
  row: Pick<ConnectionRow, 'user_id' | 'claimed_user_id'>;
  users: ReadonlyMap<string, Profile>;
}>;

/** `Alan’s`; as this person may read it. */
const nameOf = (viewer: Viewer, id: string, { users }: Known): string =>
  users.get(id)?.name ?? userIdFor(viewer, id);

/**
 * What of a case matched, or why it is there though it is another's by now; null where its row says that itself.
 */
export const foundText = (
  viewer: Viewer,
  { foundBy, text, until }: Pick<CaseFound, 'foundBy' | 'text' | 'until'>,
  known: Known,
): string | null => {
  if (text === null) return null;
  switch (foundBy) {
    case 'former_user':
      return until === null
        ? null
        : `was ${nameOf(viewer, text, known)}’s until ${DAY.format(until)}`;
    case 'user':
    case 'user_key':
    case 'user_email':
    case 'user_words': {
      const { user_id: owner, claimed_user_id: claimed } = known.row;
      const own = userIdFor(viewer, text);
      return owner !== null && owner !== own && claimed === own
        ? `its metadata names ${nameOf(viewer, text, known)}`
        : null;
    }
    case 'alike':
      return known.users.has(text)
        ? nameOf(viewer, text, known)
        : short(identifierFor(viewer, text) ?? '');
    case 'telephone':
    case 'account_words':
      return short(identifierFor(viewer, text) ?? '');
    case 'note':
    case 'reason_given':
      return short(wordsFor(viewer, text));
    default:
      return null;
  }
};
