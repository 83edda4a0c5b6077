import { InvalidArgumentError } from 'commander';
import { CommandError, EXIT } from './exit.ts';

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof UNITS_MS;

const DURATION = /^(?<count>\d{1,9})(?<unit>[smhdw])$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(?<zone>Z|[+-]\d{2}:\d{2})?$/;

/** How a person may write a moment, for error messages. */
const MOMENT_FORMS =
  'a time (2026-11-22, 2026-11-22T14:00Z; without a zone it is UTC) or how long ago (90s, 45m, 12h, 3d, 2w)';

/** @returns ms; null for what is no duration */
const parseDuration = (text: string): number | null => {
  const duration = DURATION.exec(text)?.groups;
  return duration === undefined ? null : Number(duration.count) * UNITS_MS[duration.unit as Unit];
};

/**
 * Reads a moment as a person writes it: ISO 8601 (UTC where no zone is named, whatever this machine's is),
 * or a duration before now.
 *
 * @returns null for anything else, also for a day that isn't in the calendar
 */
export const parseMoment = (text: string, now: Date): Date | null => {
  const past = parseDuration(text);
  if (past !== null) return dateOrNull(now.getTime() - past);
  if (DATE.test(text)) return inCalendar(text, Date.parse(`${text}T00:00Z`));
  const time = DATE_TIME.exec(text);
  if (time === null) return null;
  return inCalendar(text, Date.parse(time.groups?.zone === undefined ? `${text}Z` : text));
};

/** V8 reads 30 February as 2 March. */
const inCalendar = (text: string, ms: number): Date | null => {
  const day = Date.parse(`${text.slice(0, 10)}T00:00Z`);
  const isThere = !Number.isNaN(day) && new Date(day).toISOString().startsWith(text.slice(0, 10));
  return isThere ? dateOrNull(ms) : null;
};

const dateOrNull = (ms: number): Date | null => {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1000 ? null : date;
};

/** A duration, as an option takes it. @returns ms @throws InvalidArgumentError */
export const age = (text: string): number => {
  const ms = parseDuration(text);
  if (ms !== null && dateOrNull(Date.now() - ms) !== null) return ms;
  throw new InvalidArgumentError('It must be an age like 90d, 36h or 15m.');
};

/** A moment, as an option takes it. @throws InvalidArgumentError */
export const time = (text: string): Date => {
  const moment = parseMoment(text, new Date());
  if (moment !== null) return moment;
  throw new InvalidArgumentError(`It must be ${MOMENT_FORMS}.`);
};

const LONGEST_DAYS = 366;

/**
 * Reads `--since` and `--until`; without the second it is until now.
 *
 * @throws CommandError (usage) that says what is wrong with them
 */
export const readSpan = (
  options: { since: string; until?: string },
  now: Date,
): { since: Date; until: Date } => {
  const read = (name: string, text: string): Date => {
    const moment = parseMoment(text, now);
    if (moment !== null) return moment;
    throw new CommandError(`${name} '${text}' can't be read: give ${MOMENT_FORMS}.`, EXIT.usage);
  };
  const since = read('--since', options.since);
  const until = options.until === undefined ? now : read('--until', options.until);
  const refuse = (why: string): CommandError => new CommandError(why, EXIT.usage);
  if (since >= now) throw refuse('--since has to lie in the past.');
  if (until > now) throw refuse('--until has to lie in the past; leave it out for "until now".');
  if (until <= since) throw refuse('--until has to be later than --since.');
  if (now.getTime() - since.getTime() > LONGEST_DAYS * UNITS_MS.d) {
    throw refuse(`--since can go back ${LONGEST_DAYS} days at most.`);
  }
  return { since, until };
};
