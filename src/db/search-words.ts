/*
 * How texts are looked for by their words: SQL that an index and a question share, word for word. Of what Postgres has
 * built in, so that it is the same in every database and for every role, needs no extension, and could stand in an index
 * of the app's own: no function of ours has to be granted to whoever writes there.
 */

/** Letters that have no accent to be taken off, and those that the locale `C` has no small letter of. */
const GREEK = ['ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩς', 'αβγδεζηθικλμνξοπρστυφχψωσ'] as const;
const CYRILLIC = [
  'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐ',
  'абвгдежзиклмнопрстуфхцчшщъыьэюяієґ',
] as const;
const LATIN = ['ØøŁłĐđĦħıŊŋ', 'oollddhhinn'] as const;
const [FROM, TO] = [0, 1].map(side => [LATIN, GREEK, CYRILLIC].map(pair => pair[side]).join(''));
const IN_FULL = [
  ['ß', 'ss'],
  ['ẞ', 'ss'],
  ['Æ', 'ae'],
  ['æ', 'ae'],
  ['Œ', 'oe'],
  ['œ', 'oe'],
  ['Þ', 'th'],
  ['þ', 'th'],
] as const;

/** More of a text is in no index: a word may not be longer than an index takes. */
const LONGEST = 300;

/** SQL: a text in small letters and without accents: `Zoë Müller` is `zoe muller`, whatever the database's locale. */
export const plain = (text: string): string => {
  // Taken apart, a letter may be many: what is left of the text is not longer than it was.
  const bare = `left(regexp_replace(normalize(left(${text}, ${LONGEST}), NFKD), '[\\u0300-\\u036f]', '', 'g'), ${LONGEST})`;
  const full = IN_FULL.reduce((sql, [from, to]) => `replace(${sql}, '${from}', '${to}')`, bare);
  return `case when octet_length(left(${text}, ${LONGEST})) = char_length(left(${text}, ${LONGEST})) then lower(left(${text}, ${LONGEST}) collate "C")
    else lower(translate(${full}, '${FROM}', '${TO}') collate "C") end`;
};

/** What stands between words: all of ASCII but small letters and digits, and the punctuation of others. */
const BETWEEN = '[\\u0001-\\u002f\\u003a-\\u0060\\u007b-\\u00bf\\u2000-\\u206f\\u3000-\\u303f]+';

/** SQL: the words of a text, as an array. Of null, null. */
const wordsOf = (text: string): string =>
  `array_remove(regexp_split_to_array((${plain(text)}) collate "C", '${BETWEEN}'), '')`;

/** By their last digits all spellings of a number are one: what is before them may be written in several ways. */
export const TELEPHONE_TAIL = 7;
/** Begins what no word begins with. */
export const TELEPHONE = 'tel:';

/** SQL: the digits of a text. */
export const digitsIn = (text: string): string =>
  `regexp_replace(left(${text}, 40), '[^0-9]', '', 'g')`;

/** SQL: what a text is looked for by where it may be a telephone number, by its first letter; else an empty text. */
const telephoneOf = (text: string): string =>
  `case when ascii(${text}) between 40 and 57 and char_length(${digitsIn(text)}) >= ${TELEPHONE_TAIL} then '${TELEPHONE}' || right(${digitsIn(text)}, ${TELEPHONE_TAIL}) else '' end`;

/** SQL: several texts as one; where each is null, an empty one. */
const together = (texts: readonly string[]): string =>
  texts.map(text => `coalesce(${text}, '')`).join(` || ' ' || `);

/** What an account is called by its owner, as Seam says it. */
const ACCOUNT_TEXTS = [
  'display_name',
  `user_identifier->>'email'`,
  `user_identifier->>'username'`,
  `user_identifier->>'phone'`,
  `user_identifier->>'full_phone_number'`,
];
/** Of these, what may be a telephone number. */
export const ACCOUNT_NUMBERS: readonly string[] = [
  `coalesce(user_identifier->>'phone', user_identifier->>'full_phone_number')`,
  `user_identifier->>'username'`,
  'display_name',
];

/** SQL: what accounts are found by (`accounts_words_idx`). */
export const ACCOUNT_WORDS = `array_to_tsvector(array_remove(${wordsOf(`(${together(ACCOUNT_TEXTS)})`)} || array[${ACCOUNT_NUMBERS.map(telephoneOf).join(', ')}], ''))`;

/** SQL: what users are found by, whosever table it is. @param columns as SQL names them, as texts */
export const userWords = (columns: readonly string[]): string =>
  `array_to_tsvector(${wordsOf(`(${together(columns)})`)})`;

/** SQL: what misspelt accounts are found by: only their name, as each three letters of it cost whoever writes. */
export const ACCOUNT_PLAIN = plain('display_name');
/** SQL: the same of users. */
export const userPlain = (columns: readonly string[]): string => plain(`(${together(columns)})`);

/** SQL: what notes, and reasons that people gave, are found by. Longer ones than an index would take have their beginning there. */
export const noteWords = (column: string): string => `array_to_tsvector(${wordsOf(column)})`;

/**
 * SQL: a question for the words of a text, of which all must match; null where it has none.
 *
 * @param text SQL
 * @param areWhole SQL: whether words must match as a whole; else they may go on
 */
export const wordsQuery = (text: string, areWhole: string): string => `(
  select string_agg('''' || word || '''' || case when ${areWhole} or octet_length(word) < 3 then '' else ':*' end, ' & ')::tsquery
    from unnest(${wordsOf(text)}) word)`;
