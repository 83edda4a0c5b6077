/* In whose zone times are told: what a page writes in UTC (`when`, `ago`, `ahead`) is told anew in the zone of whoever reads it. */

const FORM = {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
} as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Made once for each zone: it takes longer than what it is used for. */
const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...FORM, timeZone: zone, timeZoneName: 'short' });
  formats.set(zone, made);
  return made;
};

/** `26 Nov 2026, 13:25:10 CET`. @param zone as IANA calls it */
const clockIn = (date: Date, zone: string): string => formatOf(zone).format(date);

/** Whether there is such a zone, by the name that IANA has for it. */
export const isZone = (text: string): boolean => ZONES.has(text);

/** The zones to choose from, UTC first. */
export const ZONES: ReadonlySet<string> = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);

const WHOLE = /<time datetime="([^"]+)">([^<]* UTC)<\/time>/g;
/** `3 h ago`, `in 2 min`, `just now`: not one that was told anew already. */
const RELATIVE =
  /<time datetime="([^"]+)" title="([^"]* UTC)">(?=(?:in \d+ (?:d|h|min|s)|\d+ (?:d|h|min|s|ms) ago|just now)<)/g;

/**
 * A page whose times are told in a zone, with UTC for whoever points at them. What came from outside has been escaped, so
 * nobody else can have written such an element.
 *
 * @param document as `when`, `ago` and `ahead` have written it @param zone null: that of the browser, which tells by itself
 */
export const inZone = (document: string, zone: string | null): string => {
  if (zone === null || zone === 'UTC') return document;
  const told = (at: string): string => clockIn(new Date(at), zone);
  return document
    .replace(
      WHOLE,
      (_, at: string, utc: string) => `<time datetime="${at}" title="${utc}">${told(at)}</time>`,
    )
    .replace(
      RELATIVE,
      (_, at: string, utc: string) => `<time datetime="${at}" title="${told(at)} (${utc})">`,
    );
};
