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

type Tag = Readonly<{ element: string; isEnd: boolean; text: string; tag: Span }>;

const tagsIn = (markup: string): Tag[] =>
  [...markup.matchAll(TAGS)].map(match => {
    const [whole, slash, element = '', text = ''] = match;
    const tag = { from: match.index, to: match.index + whole.length };
    return { element, isEnd: slash === '/', text, tag };
  });

/** The tags of the folded parts that a place stands in. */
const foldsAround = (tags: readonly Tag[], place: number): Span[] => {
  const around: Span[] = [];
  for (const { element, isEnd, tag } of tags) {
    if (tag.from >= place) break;
    if (element !== 'details') continue;
    if (isEnd) around.pop();
    else around.push(tag);
  }
  return around;
};

/** The forms of a page that are posted, in their order. */
export const formsIn = (markup: string): Form[] => {
  const tags = tagsIn(markup);
  return tags.flatMap(({ element, isEnd, text, tag }, index): Form[] => {
    const attributes = attributesOf(text);
    if (element !== 'form' || isEnd || attributes.get('method') !== 'post') return [];
    const count = tags.slice(index).findIndex(each => each.element === 'form' && each.isEnd);
    const end = count === -1 ? undefined : tags[index + count];
    if (end === undefined) return [];
    const within = tags.slice(index + 1, index + count).filter(each => !each.isEnd);
    const isFold = (each: Tag): boolean => each.element === 'details';
    return [
      {
        action: attributes.get('action') ?? '',
        tag,
        end: end.tag.from,
        fields: within.filter(each => !isFold(each)).map(each => fieldAt(markup, each)),
        folds: [...foldsAround(tags, tag.from), ...within.filter(isFold).map(each => each.tag)],
      },
    ];
  });
};

const fieldAt = (markup: string, { element, text, tag }: Tag): Field => {
  const attributes = attributesOf(text);
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
