/* What a search says of itself, the same in all faces. Pure. */

/** What could not be searched, and why. */
export const LEFT_OUT_WORDS = {
  users: 'Users’ e-mails couldn’t be searched just now. Everything else was.',
  names:
    'Users’ names weren’t searched: your users table is large, and has no index for that. Run “doctor” for the statement that makes one.',
  words: 'Too many names have these words. Add another word, or search by an id or a whole e-mail.',
} as const;

const LONGEST = 120;

/** A pasted text as it is told back: not all of a long one. */
export const shortened = (text: string): string => {
  const letters = [...text];
  return letters.length <= LONGEST ? text : `${letters.slice(0, LONGEST - 1).join('')}…`;
};
