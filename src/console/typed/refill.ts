import { raw } from 'hono/html';
import type { Fields } from '../../support/drafts/drafts.ts';
import { type Html, html } from '../view/html.ts';
import { TYPED } from './fields.ts';
import { formKeyOf } from './form-key.ts';
import { type Field, type Form, formsIn, optionsIn, type Span } from './scan.ts';

/* Puts into the forms of a page what was typed into them before. Pure. */

/** What goes into a form. */
export type Filling = Readonly<{
  fields: Fields;
  /** Told below it: that it is a draft. */
  note: Html | null;
  /** Whether to tell of each field that differs what is saved now. */
  tellsSaved: boolean;
}>;

type Edit = Span & Readonly<{ text: string }>;

/** Ticks in a list belong to that very list: they are no draft of another one. */
const OF_ONE_LIST = 'subject';

const isTyped = ({ kind, name, isReadOnly }: Field): boolean =>
  kind === 'text' && name !== '' && !isReadOnly;

/** A form that somebody types into, what it is called, and the names of the fields for that. */
export type TypedForm = Readonly<{ form: Form; key: string; names: readonly string[] }>;

export const typedFormsIn = (markup: string): TypedForm[] =>
  formsIn(markup).flatMap(form => {
    const key = formKeyOf(form.action);
    const names = form.fields.filter(isTyped).map(({ name }) => name);
    return key === null || names.length === 0 ? [] : [{ form, key, names: [...new Set(names)] }];
  });

/** Of several forms of one name: whether it is the one that this was typed into, as its hidden fields say. */
export const isOfForm = ({ form }: TypedForm, fields: Fields): boolean =>
  form.fields.every(
    ({ kind, name, value }) => kind !== 'hidden' || (givenOf(fields, name) ?? value) === value,
  );

const givenOf = (fields: Fields, name: string): string | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

const escaped = (text: string): string => html`${text}`.toString();

const withFlag = (tag: string, flag: 'checked' | 'selected' | 'open', isSet: boolean): string => {
  const bare = tag.replace(/\s+(?:checked|selected|open)(?:="[^"]*")?(?=[\s/>])/g, '');
  return isSet ? bare.replace(/\s*\/?>$/, ` ${flag}>`) : bare;
};

const savedNow = (value: string): string =>
  html`<p class="saved-now"><strong>Saved now:</strong> ${value}</p>`.toString();

/** What differs of a field that was typed into; nothing where it is as it was. */
const fillField = (
  markup: string,
  field: Field,
  { fields, tellsSaved }: Filling,
): readonly Edit[] => {
  const { kind, name, tag, inner, value, isReadOnly } = field;
  const given = givenOf(fields, name);
  const ownTag = markup.slice(tag.from, tag.to);
  if (isReadOnly || name === '') return [];
  if (kind === 'choice') {
    if (name === OF_ONE_LIST) return [];
    const isChosen = given?.split('\n').includes(value) === true;
    return [{ ...tag, text: withFlag(ownTag, 'checked', isChosen) }];
  }
  if (given === undefined || given === value) return [];
  const saved = tellsSaved && value.trim() !== '' ? savedNow(value) : '';
  if (kind === 'select' && inner !== null) {
    const options = optionsIn(markup, inner);
    if (!options.some(option => option.value === given)) return [];
    const edits = options.map(option => ({
      ...option.tag,
      text: withFlag(
        markup.slice(option.tag.from, option.tag.to),
        'selected',
        option.value === given,
      ),
    }));
    return [...edits, ...after(markup, inner, 'select', saved)];
  }
  if (kind !== 'text') return [];
  if (inner !== null) {
    // A browser leaves out the first line break.
    const edit = { ...inner, text: `\n${escaped(given)}` };
    return [edit, ...after(markup, inner, 'textarea', saved)];
  }
  const bare = ownTag.replace(/\s+value="[^"]*"/, '');
  // By a function: in a text, `$&` and the like would put parts of the tag into what was typed, and end its quotes.
  const text = bare.replace(/\s*\/?>$/, () => ` value="${escaped(given)}">`);
  return [{ ...tag, text: text + saved }];
};

const after = (markup: string, { to }: Span, element: string, text: string): Edit[] => {
  const at = markup.indexOf('>', to + element.length) + 1;
  return text === '' || at === 0 ? [] : [{ from: at, to: at, text }];
};

const applied = (markup: string, edits: readonly Edit[]): string => {
  const inOrder = edits.toSorted((a, b) => a.from - b.from || a.to - b.to);
  let done = '';
  let at = 0;
  for (const { from, to, text } of inOrder) {
    if (from < at) continue; // The same fold, around two forms.
    done += markup.slice(at, from) + text;
    at = to;
  }
  return done + markup.slice(at);
};

/**
 * A page whose forms say what they are called, and which of their fields are for typing; with what was typed before.
 *
 * @param fillingOf what goes into a form; null: it stays as it is
 */
export const refill = (page: Html, fillingOf: (form: TypedForm) => Filling | null): Html => {
  const markup = page.toString();
  const edits = typedFormsIn(markup).flatMap((typed): Edit[] => {
    const { form, key, names } = typed;
    const filling = fillingOf(typed);
    const { from, to } = form.tag;
    const isSentAgain = filling !== null && filling.note === null;
    const tag = markup
      .slice(from, to)
      // It takes the place of the one that was sent.
      .replace(isSentAgain ? / hx-preserve="true"/ : /^$/, '')
      .replace(/\s*>$/, () => html` data-draft="${key}">`.toString());
    const list = html`<input type="hidden" name="${TYPED}" value="${names.join(' ')}">`;
    const atEnd = `${list}${filling?.note ?? ''}`;
    const own = [
      { from, to, text: tag },
      { from: form.end, to: form.end, text: atEnd },
    ];
    if (filling === null) return own;
    return [
      ...own,
      ...form.fields.flatMap(field => fillField(markup, field, filling)),
      ...form.folds.map(fold => ({
        ...fold,
        text: withFlag(markup.slice(fold.from, fold.to), 'open', true),
      })),
    ];
  });
  return edits.length === 0 ? page : raw(applied(markup, edits));
};
