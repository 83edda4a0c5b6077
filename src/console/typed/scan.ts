/*
 * The forms of a page, as its markup has them: where their fields are, and what stands in them. Of our own pages only,
 * whose attributes are all quoted and whose values are all escaped (view/html.ts): so a tag ends at its first `>`.
 */

type Kind = 'text' | 'choice' | 'select' | 'hidden' | 'secret' | 'other';

/** A place in the markup. */
export type Span = Readonly<{ from: number; to: number }>;

export type Field = Readonly<{
  kind: Kind;
  name: string;
  /** Decoded: of a text what stands in it, of a choice what it stands for; of a select what is chosen. */
  value: string;
  /** Its own tag. */
  tag: Span;
  /** What is between its tags, of a textarea or a select. */
  inner: Span | null;
  isReadOnly: boolean;
}>;

export type Form = Readonly<{
  /** Where it is sent. */
  action: string;
  /** Its opening tag, and where its closing one begins. */
  tag: Span;
  end: number;
  fields: readonly Field[];
  /** The tags of the folded parts that it stands in, or that stand in it. */
  folds: readonly Span[];
}>;

const TAGS =
  /<(\/?)(form|input|textarea|select|details)\b((?:\s+[a-z][\w:-]*(?:="[^"]*")?)*)\s*\/?>/g;
const ATTRIBUTES = /([a-z][\w:-]*)(?:="([^"]*)")?/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** What `html` has escaped. */
const unescaped = (text: string): string =>
  text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, entity => ENTITIES[entity] ?? entity);

const attributesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(ATTRIBUTES)].map(([, name = '', value = '']) => [name, unescaped(value)]),
  );

/** Inputs that people type into; without a type it is a text. */
const TYPED: ReadonlySet<string> = new Set([
  'text',
  'search',
  'email',
  'url',
  'tel',
  'number',
  'date',
  'time',
  'datetime-local',
]);

const kindOf = (attributes: ReadonlyMap<string, string>): Kind => {
  const type = attributes.get('type') ?? 'text';
  if (type === 'password') return 'secret';
  if (type === 'hidden') return 'hidden';
  if (type === 'checkbox' || type === 'radio') return 'choice';
  return TYPED.has(type) ? 'text' : 'other';
};

const OPTION = /<option\b((?:\s+[a-z][\w:-]*(?:="[^"]*")?)*)\s*>([^<]*)/g;

/** The options of a select, each with its tag. */
export const optionsIn = (
  markup: string,
  { from, to }: Span,
): { value: string; isChosen: boolean; tag: Span }[] =>
  [...markup.slice(from, to).matchAll(OPTION)].map(match => {
    const [whole, text = '', label = ''] = match;
    const attributes = attributesOf(text);
    const begin = from + match.index;
    return {
      value: attributes.get('value') ?? unescaped(label).trim(),
      isChosen: attributes.has('selected'),
      tag: { from: begin, to: begin + whole.length - label.length },
    };
  });

/** A text area doesn't show the line break that its text begins with. */
const textIn = (markup: string, { from, to }: Span): string =>
  unescaped(markup.slice(from, to)).replace(/^\r?\n/, '');

type Open = { action: string; tag: Span; fields: Field[]; folds: Span[] };
type Tag = Readonly<{ element: string; isEnd: boolean; text: string; tag: Span }>;

const tagsIn = (markup: string): Tag[] =>
  [...markup.matchAll(TAGS)].map(match => {
    const [whole, slash, element = '', text = ''] = match;
    const tag = { from: match.index, to: match.index + whole.length };
    return { element, isEnd: slash === '/', text, tag };
  });

const openForm = (text: string, tag: Span, folds: readonly Span[]): Open | null => {
  const attributes = attributesOf(text);
  if (attributes.get('method') !== 'post') return null;
  return { action: attributes.get('action') ?? '', tag, fields: [], folds: [...folds] };
};

/** The forms of a page that are posted, in their order. */
export const formsIn = (markup: string): Form[] => {
  const forms: Form[] = [];
  const folds: Span[] = [];
  let open: Open | null = null;
  for (const { element, isEnd, text, tag } of tagsIn(markup)) {
    if (element === 'form') {
      if (isEnd && open !== null) forms.push({ ...open, end: tag.from });
      open = isEnd ? null : openForm(text, tag, folds);
    } else if (element === 'details' && isEnd) {
      folds.pop();
    } else if (element === 'details') {
      folds.push(tag);
      open?.folds.push(tag);
    } else if (!isEnd) {
      open?.fields.push(fieldAt(markup, element, attributesOf(text), tag));
    }
  }
  return forms;
};

const fieldAt = (
  markup: string,
  element: string,
  attributes: ReadonlyMap<string, string>,
  tag: Span,
): Field => {
  const name = attributes.get('name') ?? '';
  const isReadOnly = attributes.has('readonly') || attributes.has('disabled');
  const field = { name, tag, isReadOnly };
  if (element === 'input') {
    const fallback = attributes.get('type') === 'checkbox' ? 'on' : '';
    return {
      ...field,
      kind: kindOf(attributes),
      value: attributes.get('value') ?? fallback,
      inner: null,
    };
  }
  const inner = { from: tag.to, to: Math.max(tag.to, markup.indexOf(`</${element}>`, tag.to)) };
  if (element === 'textarea')
    return { ...field, kind: 'text', value: textIn(markup, inner), inner };
  const options = optionsIn(markup, inner);
  const chosen = options.find(({ isChosen }) => isChosen) ?? options[0];
  return { ...field, kind: 'select', value: chosen?.value ?? '', inner };
};
