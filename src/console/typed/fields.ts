import type { Fields } from '../../support/drafts/drafts.ts';

/* What of a form that was sent somebody has typed. Pure. */

/** The hidden field of a form that says which of its fields are for typing: `why name`. */
export const TYPED = 'typed';

/** Whose form it is, and which; and what only the address of a draft needs. */
const FRAME: ReadonlySet<string> = new Set(['csrf', 'once', TYPED, 'page', 'draft']);
/** What is shown to nobody again, wherever it was typed. */
const SECRET = /password|secret|credential|passkey/i;

/** What was sent, without what the form itself is; several of a name in lines. */
export const fieldsOf = (form: URLSearchParams): Fields =>
  Object.fromEntries(
    [...new Set(form.keys())]
      .filter(name => !FRAME.has(name) && !SECRET.test(name))
      .map(name => [name, form.getAll(name).join('\n').replaceAll('\r\n', '\n').toWellFormed()]),
  );

/** Which of them were typed, as the form says. */
const namesOf = (form: URLSearchParams): string[] => (form.get(TYPED) ?? '').split(' ');

/** What was typed, without what is empty; an empty list: nothing was. */
export const typedIn = (form: URLSearchParams): { name: string; text: string }[] => {
  const fields = fieldsOf(form);
  return namesOf(form).flatMap(name => {
    const text = Object.hasOwn(fields, name) ? (fields[name] ?? '') : '';
    return text.trim() === '' ? [] : [{ name, text }];
  });
};

/** When the page was made whose form this is, as its number says (`formFields`); null where it doesn't. */
export const openedAt = (form: URLSearchParams): Date | null => {
  const [time = '', ...rest] = (form.get('once') ?? '').split('-');
  if (rest.length !== 5 || !/^[0-9a-z]{8,9}$/.test(time)) return null;
  const at = Number.parseInt(time, 36);
  return at > Date.now() ? null : new Date(at);
};
