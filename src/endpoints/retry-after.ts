/** RFC 9110 section 5.6.7: the form of today, and the two old ones that are still to be understood. */
const DATES = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

const parseDate = (text: string | undefined): number | null => {
  const value = text?.trim() ?? '';
  if (!DATES.some(form => form.test(value))) return null;
  const at = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(at) ? null : at;
};

/**
 * How long an answer asks us to wait (RFC 9110 section 10.2.3): seconds, or until a date.
 *
 * @param headers with their names in small letters
 * @param now in ms, where the answer doesn't say what its own clock shows
 * @returns in ms; null: it doesn't ask, or says what nobody understands
 */
export const retryAfterMs = (
  headers: Readonly<{ 'retry-after'?: string | undefined; date?: string | undefined }>,
  now: number,
): number | null => {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const until = parseDate(value);
  return until === null ? null : Math.max(0, until - (parseDate(headers.date) ?? now));
};
