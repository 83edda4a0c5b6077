const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/**
 * Reads one of Seam's timestamps (ISO 8601). What is none is `null`, never a guess: V8 would read "7" as
 * a day in 2001, and years of other than four digits are refused by Postgres or read back as other years.
 */
export const readInstant = (value: unknown): Date | null => {
  if (typeof value !== 'string' || !ISO_8601.test(value)) return null;
  const date = new Date(value);
  const year = date.getUTCFullYear();
  return year >= 1000 && year <= 9999 ? date : null;
};
