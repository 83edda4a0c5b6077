import { invalid } from '../../access/errors.ts';
import { parseDuration, parseMoment } from '../../model/moment.ts';
import type { Until } from './snooze.ts';

/* Until when a case is to sleep, as people say it. Pure. */

/** When a day's work begins. */
const MORNING = 9;
const DAY_MS = 86_400_000;

/** What can be chosen without typing a time, in the words of the buttons. */
export const NAPS = {
  '1h': '1 hour',
  '4h': '4 hours',
  tomorrow: 'Tomorrow, 9:00',
  monday: 'Next Monday, 9:00',
  news: 'Until there is news',
} as const;
export type Nap = keyof typeof NAPS;

/** In UTC, what the clocks of a zone show. */
const clockAt = (ms: number, timeZone: string): number => {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(ms);
  const of = (type: string): number => Number(parts.find(part => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'));
};

/**
 * The moment at which the clocks of a zone show a time; of an hour that they leave out, the one after.
 *
 * @param clock that time, as if it were UTC
 */
const momentOf = (clock: number, timeZone: string): Date => {
  const guess = clock - (clockAt(clock, timeZone) - clock);
  return new Date(guess - (clockAt(guess, timeZone) - clock));
};

/** Nine o'clock in a zone, so many days from now by its calendar. */
const morning = (now: Date, timeZone: string, days: (weekday: number) => number): Date => {
  const today = new Date(clockAt(now.getTime(), timeZone));
  today.setUTCHours(MORNING, 0, 0, 0);
  return momentOf(today.getTime() + days(today.getUTCDay()) * DAY_MS, timeZone);
};

const MONDAY = 1;
const SAYS_NO_ZONE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/;

const FORMS =
  'Say a time (2026-12-01 is 9:00 on that day, or 2026-12-01T14:00), how long (1h, 3d), "tomorrow", "monday" or "news".';

/**
 * Reads until when: `news`; `tomorrow` and `monday` at nine; how long, such as `4h`; a day, at nine; or a time.
 *
 * @param timeZone of whoever says it, for whatever names none
 * @throws SupportError `invalid` (until)
 */
export const parseUntil = (
  text: string,
  { now, timeZone, untilNews }: Readonly<{ now: Date; timeZone: string; untilNews: boolean }>,
): Until => {
  if (text.trim() === 'news') return { until: null, untilNews: true };
  const until = parseTimeToCome(text, { now, timeZone });
  if (until === null) throw invalid({ until: FORMS });
  return { until, untilNews };
};

/**
 * Reads a time to come: `tomorrow` and `monday` at nine; how long, such as `4h`; a day, at nine; or a time.
 *
 * @returns null for what is none
 */
export const parseTimeToCome = (
  text: string,
  { now, timeZone }: Readonly<{ now: Date; timeZone: string }>,
): Date | null => {
  const given = text.trim();
  if (given === 'tomorrow') return morning(now, timeZone, () => 1);
  if (given === 'monday') {
    return morning(now, timeZone, weekday => (7 + MONDAY - weekday) % 7 || 7);
  }
  const length = parseDuration(given);
  if (length !== null) return new Date(now.getTime() + length);
  const whole = given.length === 10 ? `${given}T0${MORNING}:00` : given;
  const moment = parseMoment(whole, now);
  if (moment === null) return null;
  return SAYS_NO_ZONE.test(given) ? momentOf(moment.getTime(), timeZone) : moment;
};

/** Whether there is such a time zone, as IANA calls it. */
export const isTimeZone = (name: string): boolean =>
  name === 'UTC' || Intl.supportedValuesOf('timeZone').includes(name);
