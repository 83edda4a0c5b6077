/* What in a pasted text may be an e-mail, a telephone number, or a ticket. Pure, and quick however long the text. */

const MOST = 5;

/** Bounded on both sides of its `@`, as e-mails are: a pattern that isn't reads a long text again and again. */
const EMAIL =
  /(?<![^\s<>"'“”„«»,;:()[\]{}=/])[^\s<>"“”„«»,;:()[\]{}=@/]{1,64}@[^\s<>"'“”„«»,;:()[\]{}=@/?#&]{1,255}/gu;
const STOPS = /[.!?*_]+$/u;

const each = (all: readonly string[]): string[] => [...new Set(all)].slice(0, MOST);

/** E-mails, as they are written: of `Name <a@b>`, quoted, at the end of a sentence, in a `mailto:`. */
export const emailsIn = (text: string): string[] =>
  each(
    (text.match(EMAIL) ?? [])
      .map(email => email.replace(/^['*_]+/u, '').replace(STOPS, ''))
      .filter(email => /^[^@]+@[^@]+\.[^@.]{2,}$/u.test(email)),
  );

/** Digits with what people put between them; no more than stands between two of them. */
const NUMBER =
  /(?<![\p{L}\p{N}_.-])(?:[+＋]\s?|00\s?)?\(?\d(?:[ .()/\u00a0\u2010-\u2015-]{0,3}\d){6,16}(?![\p{L}\p{N}_])/gu;
/** `2026-11-26`, `26.11.2026`: a day, and nobody's number. */
const DAY = /^(?:[12]\d{3}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./][12]\d{3})(?!\d)/u;
const FEWEST_DIGITS = 7;
const MOST_DIGITS = 15;

/** A telephone number: as it is written, and its digits alone. */
export type Telephone = Readonly<{ written: string; digits: string }>;

/** `+49 (0)89 1234567`, `0049 89 123 45 67` and `+49891234567` are one. */
export const digitsOf = (written: string): string =>
  written
    .normalize('NFKC')
    .replaceAll(/\(0\)/g, '')
    .replaceAll(/[^\d+]/g, '')
    .replace(/^(?:\+|00)/, '')
    .replaceAll('+', '');

/** Telephone numbers in a text, in whichever spelling. */
export const telephonesIn = (text: string): Telephone[] =>
  (text.match(NUMBER) ?? [])
    .filter(written => !DAY.test(written))
    .map(written => ({ written: written.trim(), digits: digitsOf(written) }))
    .filter(({ digits }) => digits.length >= FEWEST_DIGITS && digits.length <= MOST_DIGITS)
    .slice(0, MOST);

/**
 * Whether two numbers are one: the same, or one of them is written without the country's code (and with the zero that
 * stands in its place at home).
 */
export const isSameNumber = (one: string, other: string): boolean => {
  const [short = '', long = ''] = [one, other]
    .map(number => number.replace(/^0+/, ''))
    .toSorted((a, b) => a.length - b.length);
  // A country's code has at most three digits.
  return short.length >= FEWEST_DIGITS && long.length - short.length <= 3 && long.endsWith(short);
};

const NAMED =
  /(?:#|\b(?:ticket|case|issue|request|vorgang)\b\s*(?:#|no\.?|nr\.?|number|id)?\s*[:#]?\s*)(?<number>[\p{L}\p{N}][\p{L}\p{N}-]{1,29})/giu;
/** `ABC-123`, as trackers name theirs. */
const KEYED = /(?<![\p{L}\p{N}-])[A-Z][A-Z0-9]{1,9}-\d{1,8}(?![\p{L}\p{N}-])/gu;

/**
 * What may be the number or the name of a ticket.
 *
 * @param whole what is a number or a name alone, without anything that was pasted along with it
 */
export const ticketsIn = (text: string, whole: string): string[] =>
  each([
    ...[...text.matchAll(NAMED)].map(match => match.groups?.number ?? '').filter(n => /\d/.test(n)),
    ...(text.match(KEYED) ?? []),
    ...(/^#?\d{2,12}$|^[a-z][a-z\d]{1,9}-\d{1,8}$/i.test(whole) ? [whole.replace('#', '')] : []),
  ]);
