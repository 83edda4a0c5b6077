/** What stands in for a character that no text in Postgres can hold. */
export const REPLACEMENT = '\uFFFD';

/**
 * Makes the texts of a JSON value storable: Postgres takes no NUL and no half of a surrogate pair, and
 * one such character in a display name must not keep a user from being linked.
 */
export const toStorable = (value: unknown): unknown => {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', REPLACEMENT);
  if (Array.isArray(value)) return value.map(toStorable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [toStorable(key), toStorable(item)]),
  );
};
