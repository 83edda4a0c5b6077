/* What in a pasted text may be an id: of whatever kind, ours or Seam's. Pure. */

const MOST = 12;
const LONGEST = 300;

/** Of a page of a case, of whichever console: what it is about is the last part but what is done to it. */
const CASE_URL = /https?:\/\/[^\s<>"]*\/support\/connections\/(?<subject>[^/?#\s<>"]+)/giu;
const SEARCH_URL =
  /https?:\/\/[^\s<>"]*\/support\/search\?(?:[^\s<>"]*&)?q=(?<text>[^&#\s<>"]+)/giu;
const URL_TEXT = /https?:\/\/[^\s<>"]+/giu;
/** As Seam makes its ids. */
const UUID = /(?<![0-9a-z-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z-])/giu;
const SUBJECT = /(?:connect_webview|connected_account|delivery):[^\s<>"',;()]+/giu;
/** What no word of a language is made of: digits, or parts that are tied together. */
const LIKE_AN_ID = /^(?=.*(?:\d|_))[\p{L}\p{N}][\p{L}\p{N}_.:+-]{2,}$/u;
/** What ends a sentence, or stands around what is quoted. */
const AROUND = /^[^\p{L}\p{N}+]+|[^\p{L}\p{N}]+$/gu;

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    // A half of an escape was pasted: as it is, then.
    if (error instanceof URIError) return text;
    throw error;
  }
};

/** Of addresses: what their path and their query name. What lets somebody in is none of it. */
const partsOfUrl = (text: string): string[] => {
  if (!URL.canParse(text)) return [];
  const { pathname, searchParams } = new URL(text);
  const named = [...searchParams].filter(([name]) => !/token|secret|key|code/i.test(name));
  return [...pathname.split('/').map(decode), ...named.map(([, value]) => value)];
};

/** What can hardly be anything but an id, or an address. */
export const sureIdsIn = (text: string): string[] => [
  ...(text.match(URL_TEXT) ?? []),
  ...(text.match(SUBJECT) ?? []),
  ...(text.match(UUID) ?? []),
];

/**
 * What may be ids in a text, those first that can hardly be anything else. Each once, as they are written.
 */
export const idsIn = (text: string): string[] => {
  const urls = text.match(URL_TEXT) ?? [];
  const rest = text.replace(URL_TEXT, ' ');
  const found = [
    ...[...text.matchAll(CASE_URL)].map(match => decode(match.groups?.subject ?? '')),
    ...[...text.matchAll(SEARCH_URL)].map(match => decode(match.groups?.text ?? '')),
    ...(text.match(SUBJECT) ?? []).map(subject => subject.replace(AROUND, '')),
    ...(text.match(UUID) ?? []),
    ...[...rest.split(/[\s<>"'“”„«»,;()[\]{}=]+/u), ...urls.flatMap(partsOfUrl)]
      .map(word => word.replace(AROUND, ''))
      .filter(word => LIKE_AN_ID.test(word)),
  ];
  return [...new Set(found)]
    .filter(id => id !== '' && id.length <= LONGEST && id.isWellFormed() && !/\p{Cc}/u.test(id))
    .slice(0, MOST);
};
