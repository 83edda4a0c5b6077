const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/**
 * Reads one of Seam's timestamps (ISO 8601). What is none is `null`, never a guess: V8 would read "7" as
 * a day in 2001, and Postgres refuses years that JavaScript takes.
 */
export const readInstant = (value: unknown): Date | null => {
  if (typeof value !== 'string' || !ISO_8601.test(value)) return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
};
