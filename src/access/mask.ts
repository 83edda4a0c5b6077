import { type Actor, may } from './actor.ts';
import { hidePersonal, isPersonalBeginning, isPersonalId } from './personal.ts';
import { redact } from './redact.ts';

/** Whoever reads something: their role says what they may see, and whether they do so in a shell. */
export type Viewer = Pick<Actor, 'role' | 'grant'> & Partial<Pick<Actor, 'face'>>;

const DOTS = '•••';

/** The top of a domain, where that is what it looks like. */
const TOP = /\.[a-z]{2,24}$/i;

/** So that no character is cut in half. */
const first = (text: string): string => [...text.slice(0, 2)][0] ?? '';
const lastTwo = (text: string): string => [...text.slice(-4)].slice(-2).join('');

/**
 * `a•••@l•••.example`: enough to compare with a ticket, too little to write to. Pure. What is no e-mail
 * (a phone number, a name) keeps its first and its last two characters, if it is long enough to hide behind.
 */
export const maskIdentifier = (text: string): string => {
  const at = text.lastIndexOf('@');
  if (at < 1) return [...text].length <= 6 ? DOTS : `${first(text)}${DOTS}${lastTwo(text)}`;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  const shown = [...local].length < 3 ? '' : first(local);
  const top = TOP.exec(domain);
  const isDomain = top !== null && top.index > 0;
  return isDomain ? `${shown}${DOTS}@${first(domain)}${DOTS}${top[0]}` : `${shown}${DOTS}@${DOTS}`;
};

/** An e-mail (or the like) as this person may see it. */
export const identifierFor = (viewer: Viewer, text: string | null): string | null =>
  text === null || may(viewer, 'see_emails') ? text : maskIdentifier(text);

/** A user's id as this person may see it: an app may have taken the e-mail or the telephone number for it. */
export const userIdFor = <Id extends string | null>(viewer: Viewer, id: Id): Id | string =>
  id === null || may(viewer, 'see_emails') || !isPersonalId(id) ? id : maskIdentifier(id);

/** What users' ids begin with, as this person may see it: of an e-mail or a number to be called that tells the most of it. */
export const beginningFor = (viewer: Viewer, text: string): string =>
  may(viewer, 'see_emails') || !isPersonalBeginning(text)
    ? userIdFor(viewer, text)
    : maskIdentifier(text);

/**
 * What a person, Seam or a users table has in words, as this person may read it: e-mails and telephone numbers
 * in it are hidden.
 */
export const wordsFor = <Text extends string | null>(viewer: Viewer, text: Text): Text | string =>
  text === null || may(viewer, 'see_emails') ? text : hidePersonal(text);

/**
 * JSON of whatever form, as this person may read it. What lets somebody in is hidden from everybody, but in a
 * shell: whoever has one has the database's password, too.
 */
export const jsonFor = <T>(viewer: Viewer, value: T): T =>
  viewer.face === 'cli' ? value : (redact(value, { forViewer: !may(viewer, 'see_emails') }) as T);

/**
 * What somebody signs in with at an account's provider, in the order in which it tells most. Source: Seam's API
 * reference, "Connected Account": `user_identifier`.
 */
const IDENTIFIERS = ['email', 'phone', 'full_phone_number', 'username', 'api_url'] as const;

/** What an account is called by its owner, of all that Seam says; null where it says nothing. Pure. */
const identifierIn = (given: Readonly<Record<string, unknown>>): string | null =>
  IDENTIFIERS.map(name => (Object.hasOwn(given, name) ? given[name] : null)).find(
    (text): text is string => typeof text === 'string' && text !== '',
  ) ?? null;

type NamedAccount = Readonly<{
  userIdentifier: Readonly<Record<string, unknown>>;
  displayName: string | null;
}>;

/** Who an account is: Seam's `user_identifier`, which it gives up, or else its `display_name`. Pure. */
export const accountIdentifier = ({ userIdentifier, displayName }: NamedAccount): string | null =>
  identifierIn(userIdentifier) ?? displayName;

const AN_EMAIL = /^[^\s@]+@[^\s@]+$/;

/** The e-mails that an account is called by, by either of them; each once. Pure. */
export const accountEmails = ({ userIdentifier, displayName }: NamedAccount): string[] => {
  const named = [userIdentifier.email, displayName?.trim()];
  const emails = named.filter(
    (text): text is string => typeof text === 'string' && AN_EMAIL.test(text),
  );
  return emails.filter(
    (email, place) =>
      emails.findIndex(other => other.toLowerCase() === email.toLowerCase()) === place,
  );
};
