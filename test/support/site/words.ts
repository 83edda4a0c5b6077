/** Where the texts of a seeded database come from: ordinary ones, or what somebody hostile would enter. */
export type Words = Readonly<{
  /** An id: a word and a number; unique. */
  id: (kind: string, number: number) => string;
  /** What a person wrote or is called. */
  text: (ordinary: string, number: number) => string;
}>;

export const ORDINARY: Words = {
  id: (kind, number) => `${kind}_${number}`,
  text: ordinary => ordinary,
};

const LONG = 5_000;
/** Postgres' indexes, and our ids, take no longer ones. */
const LONGEST_ID = 200;

const ATTACKS = [
  '<script>window.__hacked = 1</script>',
  '"><img src=x onerror="window.__hacked = 2">',
  "' onmouseover='window.__hacked = 3' autofocus onfocus='window.__hacked = 4' x='",
  'javascript:window.__hacked=5//',
  '</title></textarea></style></script><svg onload=window.__hacked=6>',
  '\u0024{window.__hacked = 7}{{constructor.constructor("window.__hacked = 8")()}}',
  '\u202Egpj.exe\u2066 is this the end?\u2069',
  '👩‍👩‍👧‍👦🔐🏳️‍🌈 é́́́́ ﷽',
  'a'.repeat(LONG),
  '&lt;b&gt; &amp;#x27; %3Cscript%3E \\u003cscript\\u003e <!-- --> ]]>',
  '=HYPERLINK("http://stranger.example","x")\r\n+1-1@x\t|calc',
  '//stranger.example/../../sign-out?x=<a href="javascript:window.__hacked=9">',
] as const;

const attack = (number: number): string => ATTACKS[number % ATTACKS.length] ?? '';

export const HOSTILE: Words = {
  // Without what no id can hold: line breaks.
  id: (kind, number) =>
    `${kind}_${number}_${attack(number).replaceAll(/\p{Cc}/gu, ' ')}`
      .slice(0, LONGEST_ID)
      .toWellFormed(),
  text: (_ordinary, number) => attack(number),
};
