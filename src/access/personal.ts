/* What in a text tells who somebody is: e-mails and telephone numbers. Pure, and quick however long the text. */

const NO_EMAIL = '•••@•••';
const NO_NUMBER = '••• (number)';

/** The `@` of an e-mail, or the same in an address of the web, where something that can belong to it follows. */
const AT = /@(?=[^\s@"'<>(),;:])|%40(?=[^\s@"'<>(),;:&=?#/])/gi;
const BEFORE = { '@': /[^\s@"<>(),;:]/, '%40': /[^\s@"<>(),;:&=?#/]/ } as const;
const BEHIND = { '@': /[^\s"'<>(),;:]+/y, '%40': /[^\s@"'<>(),;:&=?#/]+/y } as const;

/**
 * A text without the e-mails in it. Each is looked for from its `@` outwards: a pattern that looks for where
 * one begins reads a long text again and again.
 */
export const hideEmails = (text: string): string => {
  let hidden = '';
  let done = 0;
  for (const { 0: sign, index } of text.matchAll(AT)) {
    if (index < done) continue;
    const kind = sign === '@' ? '@' : '%40';
    let start = index;
    while (start > done && BEFORE[kind].test(text.charAt(start - 1))) start--;
    // Within an address it belongs to the name (o'brien@…), at its beginning it is a quote.
    while (start < index && text.charAt(start) === "'") start++;
    if (start === index) continue;
    BEHIND[kind].lastIndex = index + sign.length;
    BEHIND[kind].test(text);
    hidden += text.slice(done, start) + NO_EMAIL;
    done = BEHIND[kind].lastIndex;
  }
  return hidden + text.slice(done);
};

/** No number begins or ends in the middle of a word, an id, a date, a time or a fraction. */
const START = '(?<![\\w./-]|\\d:)';
const END = '(?![\\w-]|[.:/]\\d)';
/** `05/12/2026`, `5.12.26`; not the beginning of `01.23.45.67.89`. */
const NO_DATE = '(?!\\d{1,2}([./-])\\d{1,2}\\1\\d{2}(?:\\d{2})?(?!\\d|[./-]\\d))';
const GAP = '(?:[ \\u00a0().+/-]|%20|%28|%29){0,3}';

/** As people write numbers to be called; each is bounded in its length. */
const NUMBERS: readonly RegExp[] = [
  // +49 89 1234567, +1 (415) 555-0100, and in an address of the web %2B14155550100
  `(?<![\\w+])(?:[+＋]|%2B) ?\\(?[1-9](?:${GAP}\\d){6,14}(?!\\d)`,
  // (415) 555-0100, (089) 123456
  `\\((?:0\\d{1,4}\\)(?=(?:[ ./-]?\\d){5})|[1-9]\\d{1,4}\\)(?=(?:[ ./-]?\\d){7}))(?!.\\d{4}-\\d\\d-\\d\\d)(?:[ ./-]?\\d){5,10}${END}`,
  // 415-555-0100, 415 555-0100, 1 415 555 0100
  `${START}(?:1[ .-])?[2-9]\\d{2}[ .-]\\d{3}[ .-]\\d{4}${END}`,
  // 089/1234567, 020 7946 0958, 01 23 45 67 89
  `${START}${NO_DATE}(?=0(?:[ ./-]?\\d){8,14}${END})0\\d{1,4}(?:[ ./-]\\d{2,8}){1,4}${END}`,
  // Digits alone are an id, but after a word for what is called: phone: 4155550100
  `(?=\\d{7})(?<!\\w)(?<=(?:phone|mobile|whatsapp|\\btel|\\bcell|\\bfax|\\bsms)[^\\d\\n]{0,20})\\d{7,15}${END}`,
].map(source => new RegExp(source, 'gi'));

/** A text without the telephone numbers in it; ids, counts, dates and times are left alone. */
export const hideNumbers = (text: string): string =>
  NUMBERS.reduce((shown, number) => shown.replace(number, NO_NUMBER), text);

/** A text that somebody wrote, without what tells who somebody is. */
export const hidePersonal = (text: string): string => hideNumbers(hideEmails(text));

const INTERNATIONAL = /^[+＋][\d ().-]{7,24}$/;

/** Whether an id is an e-mail, or a number to be called (with its +: digits alone are any id). */
export const isPersonalId = (id: string): boolean =>
  hideEmails(id) !== id || INTERNATIONAL.test(id.trim());

/**
 * Whether a beginning of ids tells of what an id that is an e-mail or a number to be called begins with: it has what only
 * these have.
 */
export const isPersonalBeginning = (text: string): boolean => /[@+＋]|%40|%2B/i.test(text);
