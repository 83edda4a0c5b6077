import { InvalidArgumentError } from 'commander';
import { readInstant } from '../seam/instant.ts';

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LONGEST_MS = 36_500 * UNITS.d;

/** Reads "90d", "36h", "15m" or "30s". @returns ms; null for anything else */
const readSpan = (text: string): number | null => {
  const [, number, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (number === undefined || unit === undefined) return null;
  const ms = Number(number) * UNITS[unit as keyof typeof UNITS];
  return ms <= LONGEST_MS ? ms : null;
};

/** An age, as an option takes it. @returns ms @throws InvalidArgumentError */
export const age = (text: string): number => {
  const ms = readSpan(text);
  if (ms === null) throw new InvalidArgumentError('It must be an age like 90d, 36h or 15m.');
  return ms;
};

/** A time, as an option takes it: ISO 8601, or an age counted from now. @throws InvalidArgumentError */
export const time = (text: string): Date => {
  const ms = readSpan(text);
  const instant = ms === null ? readInstant(text) : new Date(Date.now() - ms);
  if (instant !== null) return instant;
  throw new InvalidArgumentError(
    'It must be a time like 2026-11-22T14:00Z, or an age like 2d, 36h or 15m.',
  );
};
