import type { ChangeRecord } from './read.ts';

/** What a change changed: name, before and after, as text; what stayed the same is left out. */
export type Difference = Readonly<{ name: string; before: string | null; after: string | null }>;

/** What only an undoing needs to know of how it stood is no difference that people read. */
const FOR_UNDOING = 'undo';

/** Pure. */
export const differencesOf = ({
  before,
  after,
}: Pick<ChangeRecord, 'before' | 'after'>): Difference[] => {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  names.delete(FOR_UNDOING);
  return [...names]
    .map(name => ({ name, before: textOf(before, name), after: textOf(after, name) }))
    .filter(each => each.before !== each.after);
};

const textOf = (side: ChangeRecord['before'], name: string): string | null => {
  const value = side !== null && Object.hasOwn(side, name) ? side[name] : null;
  if (value === null || value === undefined) return null;
  if (Array.isArray(value) && value.length === 0) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
};
