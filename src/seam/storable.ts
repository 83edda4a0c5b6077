/** What stands in for a character that no text in Postgres can hold. */
export const REPLACEMENT = '\uFFFD';

/**
 * Makes a JSON value storable, so that Postgres gives back what it was given. It takes no NUL and no half
 * of a surrogate pair, and one such character in a display name must not keep a user from being linked;
 * and a number that jsonb can't hold (-0, or 1e400 read as infinity) would look changed at every look.
 */
export const toStorable = (value: unknown): unknown => {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', REPLACEMENT);
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (Array.isArray(value)) return value.map(toStorable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [toStorable(key), toStorable(item)]),
  );
};

/** Whether Postgres can hold a text as it is; what it can't hold, no row has. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
