export const UNITS_MS = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
} as const;
type Unit = keyof typeof UNITS_MS;

const DURATION = /^(?<count>\d{1,9})(?<unit>[smhdw])$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(?<zone>Z|[+-]\d{2}:\d{2})?$/;

/** How a person may write a moment, for error messages. */
export const MOMENT_FORMS =
  'a time (2026-11-22 or 2026-11-22T14:00Z; UTC unless it has a zone) or an age (90s, 45m, 12h, 3d, 2w)';

/** @returns ms; null for what is no duration */
export const parseDuration = (text: string): number | null => {
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

export const dateOrNull = (ms: number): Date | null => {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  // Of four digits, as all that reads and writes it has them.
  return year >= 1000 && year <= 9999 ? date : null;
};
