import { hidePersonal, isPersonalBeginning } from './personal.ts';

/* What of a payload a person may see. Pure. */

const KEPT_DEPTH = 40;
const LONGEST_TEXT = 200;
const SHOWN_OF_LONG = 40;

/** What a name says to be a secret. */
const SECRET_KEY =
  /secret|token|passw|api_?key|authorization|signature|credential|private_?key|cookie|session_?id|(^|_)(pin|otp|access_code)(_|$)/i;

/** What a name says to tell who somebody is. */
const PERSON_KEY = /e-?mail|phone|mobile|user_?name|full_?name|address/i;

/** What looks like a secret, wherever it stands: keys of Seam and Svix, signed tokens (their parts may be
 * missing: a start that need not match its end is read again and again), "Bearer …". */
const SECRET_TEXT =
  /\b(?:seam_[A-Za-z0-9_-]{8,}|whsec_[A-Za-z0-9+/=_-]{6,}|(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{8,}|eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,4})|\b(?:bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}/gi;

/** An address whose user, query or fragment may let somebody in. */
const URL_TEXT = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)([^\s"'<>]+)/gi;

/** Seven digits or more, in whatever form: a payload is no place to be choosy. Not within an id, a date or a time. */
const DIGITS =
  /(?<![\w.:-])(?!\d{4}-\d{2}-\d{2}(?!\d))\+?\(?\d(?:[\s().-]{0,3}\d){6,14}(?![\w:-])/g;

/** What ids begin with, where a filter or the order of a bulk run has it: of an e-mail that can be nearly all. */
const BEGINNING_KEY = /^(?:pattern|with(?:out)?_prefix)$/;
const BEGINNING_TEXT = /(?<!\w)((?:pattern|with(?:out)?_prefix)=)([^&\s"']+)/g;

const HIDDEN = '••• (secret)';
const PERSONAL = '••• (personal)';

/** The scheme, host and path of an address; that there was more is told. */
const withoutSecrets = (scheme: string, rest: string): string => {
  const [, host = '', more = ''] = /^(?:[^/?#]*@)?([^/?#]*)(.*)$/s.exec(rest) ?? [];
  const path = more.replace(/[?#].*$/s, '');
  const isWhole = `${host}${path}` === rest;
  return `${scheme}${host}${path}${isWhole ? '' : ' (rest hidden)'}`;
};

/** A text without what lets somebody in, and for some without what tells who somebody is. */
export const redactText = (text: string, { forViewer }: { forViewer: boolean }): string => {
  const safe = text
    .replace(URL_TEXT, (_, scheme: string, rest: string) => withoutSecrets(scheme, rest))
    .replace(SECRET_TEXT, HIDDEN);
  if (!forViewer) return safe;
  const whole = safe.replace(BEGINNING_TEXT, (all, name: string, value: string) =>
    isPersonalBeginning(value) ? `${name}•••` : all,
  );
  const masked = hidePersonal(whole).replace(DIGITS, '••• (number)');
  if (masked.length <= LONGEST_TEXT) return masked;
  const shown = [...masked.slice(0, 2 * SHOWN_OF_LONG)].slice(0, SHOWN_OF_LONG).join('');
  return `${shown}… (${safe.length} characters)`;
};

/**
 * A value of JSON with its structure kept, and hidden in it: what lets somebody in (for everybody), e-mails,
 * phone numbers and long texts (for viewers).
 */
export const redact = (value: unknown, options: { forViewer: boolean }, depth = 0): unknown => {
  if (typeof value === 'string') return redactText(value, options);
  if (typeof value !== 'object' || value === null) return value;
  // A text of brackets only can be deeper than we can go.
  if (depth >= KEPT_DEPTH) return '… (deeper)';
  if (Array.isArray(value)) return value.map(item => redact(item, options, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      redactText(key, options),
      hiddenFor(key, item, options) ?? redact(item, options, depth + 1),
    ]),
  );
};

/** What stands for a value that its name says to be hidden; null where it needn't be. */
const hiddenFor = (key: string, item: unknown, { forViewer }: { forViewer: boolean }) => {
  // That there is none, or whether there is one, may be seen.
  const tells = item !== null && item !== '' && typeof item !== 'boolean';
  if (tells && SECRET_KEY.test(key)) return HIDDEN;
  if (!tells || !forViewer) return null;
  const isBeginning =
    typeof item === 'string' && BEGINNING_KEY.test(key) && isPersonalBeginning(item);
  return isBeginning || PERSON_KEY.test(key) ? PERSONAL : null;
};
