import { parseDuration, parseMoment } from '../../model/moment.ts';

/** The fields of forms and addresses in which moments are typed. */
const FIELDS = ['since', 'until'] as const;

const LOCAL = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?$/;
const MINUTE_MS = 60_000;

const offsets = new Map<string, Intl.DateTimeFormat>();
const offsetFormat = (zone: string): Intl.DateTimeFormat => {
  const known = offsets.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  offsets.set(zone, made);
  return made;
};

/** How far its clocks are ahead of UTC at a moment, in ms. */
const offsetAt = (ms: number, zone: string): number => {
  const parts = offsetFormat(zone).formatToParts(ms);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS;
  return sign === '-' ? -size : size;
};

const two = (number: number): string => String(number).padStart(2, '0');

const offsetText = (ms: number): string => {
  const minutes = Math.abs(ms) / MINUTE_MS;
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};

/**
 * A moment as somebody types it by their own clock, with the offset that their clock has then: `2026-11-22T14:00+01:00`.
 * What names its zone already, an age, and what is no moment stay as they are. An hour that the clocks leave out is the
 * one after; of one that they have twice, the first.
 */
export const withOffset = (typed: string, zone: string): string => {
  const text = typed.trim();
  if (!LOCAL.test(text) || parseDuration(text) !== null) return typed;
  const whole = text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T');
  const local = parseMoment(whole, new Date(0))?.getTime();
  if (local === undefined) return typed;
  // Clocks go forward or back by far less than a day: of the offsets before and after, the one that fits.
  const before = offsetAt(local - 24 * 60 * MINUTE_MS, zone);
  const after = offsetAt(local + 24 * 60 * MINUTE_MS, zone);
  const fits = (offset: number): boolean => offsetAt(local - offset, zone) === offset;
  return `${whole}${offsetText(fits(before) ? before : fits(after) ? after : before)}`;
};

/**
 * What was typed by somebody's own clock, as everybody reads it. An address with it can be passed on to people elsewhere.
 *
 * @param zone null: not known here; then their browser has seen to it, or it is UTC
 * @returns null where nothing had to be changed
 */
export const withOffsets = (
  params: URLSearchParams,
  zone: string | null,
): URLSearchParams | null => {
  if (zone === null || zone === 'UTC') return null;
  const changed = new URLSearchParams(params);
  for (const field of FIELDS) {
    const typed = params.get(field);
    if (typed !== null) changed.set(field, withOffset(typed, zone));
  }
  return changed.toString() === params.toString() ? null : changed;
};
