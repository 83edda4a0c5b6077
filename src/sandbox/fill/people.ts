/* Made-up people and lock makers, in many scripts: the same number is always the same person. Pure. */

const FIRST = [
  'Ada',
  'Grace',
  'Alan',
  'Zoë',
  'José',
  'Łukasz',
  'Søren',
  'Ngọc Anh',
  'Müge',
  'Þórunn',
  'Владимир',
  'Ελένη',
  '花子',
  '민준',
  'محمد',
  'נועה',
  'प्रिया',
  'สมชาย',
  'Chidiebere',
  'Anne-Marie',
  'O’Shea',
  'Renée',
  'Björk',
  'Dvořák',
  'Ìyáàfin',
  'Jean-François',
  'Siobhán',
  'Ömer',
  'Ana',
  'Wei',
] as const;
const LAST = [
  'Lovelace',
  'Hopper',
  'Turing',
  'García Márquez',
  'Müller',
  'Åkesson',
  'Nguyễn',
  'Øvergård',
  'Smith',
  'Wolfeschlegelsteinhausenbergerdorff',
  'Иванова',
  'Παπαδοπούλου',
  '山田',
  '김',
  'الحسيني',
  'לוי',
  'शर्मा',
  'ศรีสุข',
  'de la Fuente y Domínguez-Vázquez',
  'O’Neill',
  'Çelik',
  'Kowalski',
  'Nkemelu',
  'St. John-Smythe',
  'van den Berg',
  'Ó Súilleabháin',
  'Lee',
  'Straße',
] as const;

/** As Seam calls makers, and how it writes them. */
const MAKERS = [
  ['august', 'August'],
  ['yale', 'Yale Access'],
  ['schlage', 'Schlage'],
  ['kwikset', 'Kwikset'],
  ['nuki', 'Nuki'],
  ['salto_ks', 'Salto KS'],
  ['igloohome', 'igloohome'],
  ['ttlock', 'TTLock'],
  ['wyze', 'Wyze'],
  ['smartthings', 'SmartThings'],
  ['ultraloq', 'Ultraloq'],
  ['avigilon_alta', 'Avigilon Alta'],
] as const;

export type Maker = Readonly<{ key: string; name: string }>;

/** A few makers have most of the locks. */
export const makerOf = (number: number): Maker => {
  const [key, name] = MAKERS[Math.min((number * 7) % 31, number % MAKERS.length)] ?? MAKERS[0];
  return { key, name };
};

export type Person = Readonly<{
  id: string;
  name: string;
  email: string;
  phone: string;
}>;

/** What an e-mail address may have of a name. */
const plain = (text: string, number: number): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z]/gu, '') || `person${number}`;

const pick = <T>(of: readonly T[], number: number): T => of[number % of.length] as T;

/** Every fortieth has a name that is far too long for any column. */
const LONG_EVERY = 40;

export const personOf = (number: number): Person => {
  const first = pick(FIRST, number * 11 + Math.floor(number / FIRST.length));
  const last = pick(LAST, number * 5 + Math.floor(number / LAST.length));
  const isLong = number % LONG_EVERY === LONG_EVERY - 1;
  const name = isLong ? `${first} ${LAST.slice(0, 12).join('-')}` : `${first} ${last}`;
  return {
    id: `user_${String(number).padStart(5, '0')}`,
    name,
    email: `${plain(first, number)}.${plain(last, number).slice(0, 20)}${number}@guests.example`,
    phone: `+49 171 ${String(1_000_000 + number * 37).slice(0, 3)} ${String(1_000_000 + number * 37).slice(3)}`,
  };
};
