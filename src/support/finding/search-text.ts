import { invalid } from '../../access/errors.ts';
import { SUBJECT_KINDS } from '../../model/subject.ts';

/* What somebody has pasted into the search box, and what they meant. Pure. */

const LONGEST = 500;

/** What people copy along with an id: `user_id: x`, `"connected_account_id": "x",`. */
const LABEL =
  /^["']?(?:(?:claimed_)?user(?:[_ ]?id)?|id|e-?mail|(?:connected_)?account(?:[_ ]?id)?|(?:connect_)?webview(?:[_ ]?id)?|event(?:[_ ]?id)?|delivery(?:[_ ]?id)?|subject|mailto)["']?\s*[:=]\s*(?<value>.+)$/isu;

/** Of a page of a case, of whichever console: what it is about is the last part but what is done to it. */
const CASE_URL = /^https?:\/\/\S*\/support\/connections\/(?<subject>[^/?#\s]+)/iu;
const SEARCH_URL = /^https?:\/\/\S*\/support\/search\?(?:\S*&)?q=(?<text>[^&#\s]+)/iu;

const QUOTES = /^[\s"'`´‘’‚‛“”„‟«»‹›<([{]+|[\s"'`´‘’‚‛“”„‟«»‹›>)\]},;]+$/gu;

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    // A half of an escape was pasted: as it is, then.
    if (error instanceof URIError) return text;
    throw error;
  }
};

const withoutLabel = (text: string): string => {
  // A subject begins with its kind and a colon, too.
  if (SUBJECT_KINDS.some(kind => text.toLowerCase().startsWith(`${kind}:`))) return text;
  return LABEL.exec(text)?.groups?.value ?? text;
};

const fromUrl = (text: string): string => {
  const { subject } = CASE_URL.exec(text)?.groups ?? {};
  if (subject !== undefined) return decode(subject);
  const { text: searched } = SEARCH_URL.exec(text)?.groups ?? {};
  return searched === undefined ? text : decode(searched);
};

/**
 * What may be meant by a text, the likeliest first: as it stands; without what was pasted along with it;
 * and that in lower case, as Seam writes its ids. Empty for an empty text.
 *
 * @throws SupportError `invalid` for what can be nothing that we have
 */
export const readSearchText = (text: string): string[] => {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST) {
    throw invalid({
      q: `That’s too long to be an id or an e-mail: the limit is ${LONGEST} characters.`,
    });
  }
  if (/\p{Cc}/u.test(trimmed) || !trimmed.isWellFormed()) {
    throw invalid({
      q: 'It contains characters that no id or e-mail has. Type it, or copy it again.',
    });
  }
  const unquoted = fromUrl(trimmed.replace(QUOTES, ''));
  const bare = withoutLabel(unquoted).replace(QUOTES, '');
  const meant = [trimmed, unquoted, bare, bare.toLowerCase()].filter(
    each => each !== '' && !each.includes('\0') && each.isWellFormed(),
  );
  return [...new Set(meant)];
};
