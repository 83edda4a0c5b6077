/** Numbers from 0 to below 1 that look random. */
export type Random = () => number;

/** FNV-1a: a text becomes 32 bits. */
const hash = (text: string): number => {
  let bits = 0x811c9dc5;
  for (const char of text) bits = Math.imul(bits ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return bits >>> 0;
};

/**
 * A stream of numbers (mulberry32) that repeats exactly for the same seed and name. Everything that
 * is drawn has a stream of its own, so that drawing more of one thing changes nothing of another.
 */
export const stream = (seed: string, ...name: readonly (string | number)[]): Random => {
  let state = hash([seed, ...name].join('/'));
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A whole number from min to max, both included. */
export const wholeBetween = (random: Random, min: number, max: number): number =>
  min + Math.floor(random() * (max - min + 1));

/** @throws RangeError for an empty list */
export const pick = <T>(random: Random, list: readonly [T, ...T[]] | readonly T[]): T => {
  const index = Math.floor(random() * list.length);
  if (index >= list.length) throw new RangeError('there is nothing to pick from');
  return list[index] as T;
};

export const shuffled = <T>(random: Random, list: readonly T[]): T[] =>
  list
    .map(item => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
