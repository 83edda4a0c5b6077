import { ownPath } from '../../http/mount.ts';
import { ofCase } from '../../support/drafts/form-name.ts';
import { href } from '../view/html.ts';

/* What a form is called, so that what is typed into it is found again: which form, of what. Pure. */

const HERE = 'http://here.invalid';
const LONGEST_KEY = 600;
/** Nothing of these is ever sent later. */
const NEVER = /^\/support\/(?:sign-in|sign-out|drafts|raw-queue)(?:\/|$)/i;

const decoded = (part: string): string | null => {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
};

/**
 * `notes connected_account:…` of a form of a case; else where it is sent: `endpoints/add`.
 *
 * @param action the form's address
 * @returns null where it is no form of ours that may be sent later
 */
export const formKeyOf = (action: string): string | null => {
  if (!action.startsWith('/') || !URL.canParse(action, HERE)) return null;
  const { origin, pathname } = new URL(action, HERE);
  const own = ownPath(pathname) ?? '';
  if (origin !== HERE || !own.startsWith('/support/') || NEVER.test(own)) return null;
  const parts = own.split('/').slice(2).map(decoded);
  if (!parts.every(part => part !== null) || parts.some(part => part === '')) return null;
  const [section, subject = '', ...rest] = parts;
  const key =
    section === 'connections' && rest.length > 0 ? `${rest.join('/')} ${subject}` : parts.join('/');
  return key.length <= LONGEST_KEY ? key : null;
};

/** The page that has such a form, where nobody has written down which one it was. */
export const pageOfKey = (key: string): string => {
  const known = ofCase(key);
  if (known !== null) return href(['connections', known.subject]);
  const [section = ''] = key.split('/');
  return href([section]);
};
