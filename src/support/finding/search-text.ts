import { invalid } from '../../access/errors.ts';
import { SUBJECT_KINDS } from '../../model/subject.ts';
import { idsIn, sureIdsIn } from './search-ids.ts';
import { emailsIn, telephonesIn, ticketsIn } from './search-parts.ts';

/* What somebody has pasted into the search box, and what they meant. Pure. */

/** A whole e-mail of a customer; more than that no address takes. */
const LONGEST = 4_000;
/** Of what is read as an id, so that a long text costs no more than a short one. */
const LONGEST_ID = 500;
const MOST_IDS = 24;
/** More words than that are a sentence, and nobody's name. */
const MOST_WORDS = 6;
const LONGEST_WORD = 60;

/** What may be meant by a text. Each of it is tried, and what is found by any of it is told. */
export type Wanted = Readonly<{
  /** As it is told back: without what can't be seen. */
  text: string;
  /** What may be an id, an e-mail or a name as a whole, the likeliest first. */
  ids: readonly string[];
  emails: readonly string[];
  /** Their digits: with the country's code where a `+` said so. */
  telephones: readonly string[];
  /** Numbers and names of tickets, as they may stand in a note. */
  tickets: readonly string[];
  /** Parts of names and e-mails, which all must match; empty: it is a sentence, or only ids. */
  words: readonly string[];
  /** Whether the words are whole: of an e-mail that is, or of what looks like an id. */
  areWordsWhole: boolean;
}>;

/** What people copy along with an id: `user_id: x`, `"connected_account_id": "x",`. */
const LABEL =
  /^["']?(?:(?:claimed_)?user(?:[_ ]?id)?|id|e-?mail|(?:connected_)?account(?:[_ ]?id)?|(?:connect_)?webview(?:[_ ]?id)?|event(?:[_ ]?id)?|delivery(?:[_ ]?id)?|(?:seam[_ ]?)?request(?:[_ ]?id)?|(?:message|svix)(?:[_ -]?id)?|subject|customer(?:[_ ]?key)?|(?:tele)?phone|tel|mailto)["']?\s*[:=]\s*(?<value>.+)$/isu;

const QUOTES = /^[\s"'`´‘’‚‛“”„‟«»‹›<([{]+|[\s"'`´‘’‚‛“”„‟«»‹›>)\]},;]+$/gu;
const QUOTES_AND_STOPS = /^[\s"'`´‘’‚‛“”„‟«»‹›<([{]+|[\s"'`´‘’‚‛“”„‟«»‹›>)\]},;.:!?]+$/gu;
/** Zero-width characters, soft hyphens, marks of direction: what is pasted along and can't be seen. */
const UNSEEN = /\p{Cf}/gu;

const withoutLabel = (text: string): string => {
  // A subject begins with its kind and a colon, too.
  if (SUBJECT_KINDS.some(kind => text.toLowerCase().startsWith(`${kind}:`))) return text;
  return LABEL.exec(text)?.groups?.value ?? text;
};

const wordsIn = (text: string): string[] =>
  text.split(/[^\p{L}\p{M}\p{N}]+/u).filter(word => word !== '');

/** What is said before the number of a ticket. */
const TICKET_WORDS = /\b(?:ticket|case|issue|request|vorgang|no|nr|number|id)\b/giu;

/** Whether it can be looked for as parts of names. */
const asWords = (text: string): string[] => {
  const words = wordsIn(text);
  const isFew = words.length <= MOST_WORDS && words.every(word => word.length <= LONGEST_WORD);
  // A single letter alone matches everybody.
  return isFew && words.some(word => [...word].length > 1) ? words : [];
};

/** A text without what was taken out of it as something else. */
const without = (text: string, parts: readonly string[]): string =>
  parts.reduce((left, part) => left.replaceAll(part, ' '), text);

const refuseUnreadable = (text: string): void => {
  if (text.length > LONGEST) {
    throw invalid({
      q: `That’s too long to search for: the limit is ${LONGEST.toLocaleString('en')} characters. Paste the part with the id, the e-mail or the number.`,
    });
  }
  if (/\p{Cc}/u.test(text.replaceAll(/[\t\n\v\f\r\u0085]/g, ' ')) || !text.isWellFormed()) {
    throw invalid({
      q: 'It contains characters that no id or e-mail has. Type it, or copy it again.',
    });
  }
};

/** A pasted text on one line, without what can't be seen. */
const onOneLine = (text: string): string =>
  text
    .replace(UNSEEN, '')
    .replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029\u00a0]+/g, ' ')
    .trim();

/**
 * What may be meant by a text: as it stands; without what was pasted along with it; and whatever in it looks like
 * an id, an e-mail, a telephone number, a ticket.
 *
 * @returns null for an empty text
 * @throws SupportError `invalid` for what can be nothing that we have
 */
export const readSearchText = (given: string): Wanted | null => {
  const trimmed = given.trim();
  refuseUnreadable(trimmed);
  const text = onOneLine(trimmed);
  if (text === '') return null;
  const bare = withoutLabel(text.replace(QUOTES, '')).replace(QUOTES, '');
  const stopped = bare.replace(QUOTES_AND_STOPS, '');
  const emails = emailsIn(text);
  const telephones = telephonesIn(without(text, [...emails, ...sureIdsIn(text)]));
  const numbers = telephones.map(({ written }) => written);
  const own = idsIn(without(text, [...emails, ...numbers.filter(number => /[^\d+]/.test(number))]));
  const ids = [
    ...[trimmed, text, bare, stopped, bare.toLowerCase(), stopped.toLowerCase()].filter(
      each => each.length <= LONGEST_ID,
    ),
    ...emails.flatMap(email => [email, email.toLowerCase()]),
    ...own.flatMap(id => [id, id.toLowerCase()]),
    ...telephones.flatMap(({ digits, written }) => [written, `+${digits}`, digits]),
  ].filter(each => each !== '' && each.isWellFormed());
  // What is in an e-mail is looked for by it where nothing else was given, and else by what stands beside it.
  const tickets = ticketsIn(text, stopped);
  const left = without(bare, [...emails, ...sureIdsIn(text), ...numbers]);
  // What is left of a number is no name.
  const beside = asWords(tickets.length === 0 ? left : left.replace(TICKET_WORDS, ' ')).filter(
    word => numbers.length === 0 || /\p{L}/u.test(word),
  );
  const isEmail = emails.length > 0 && beside.length === 0;
  // Of what looks like an id the parts are looked for as they are: it may be a user name.
  const isId = own.some(id => left.includes(id));
  return {
    text,
    ids: [...new Set(ids)].slice(0, MOST_IDS),
    emails,
    telephones: [...new Set(telephones.map(({ digits }) => digits))],
    tickets,
    words: isEmail ? asWords(emails[0] ?? '') : beside,
    areWordsWhole: isEmail || isId,
  };
};
