/* What ids have in common at their beginnings. Pure. */

/** So many ids begin so. */
export type Prefix = Readonly<{ prefix: string; count: number }>;

/** An id is made of parts: after one of these another begins. */
const PARTS = /[:/|#._~-]+/g;
/** Before the last of these stands whose it is: of `tenant-9:user_1` what follows is the id itself. */
const OWNED = /[:/|#](?=[^:/|#]*$)/;
const MOST_PARTS = 4;
/** Fewer that begin alike are no group. */
const FEWEST = 3;
const MOST_PREFIXES = 5;

const beginningsOf = (id: string): string[] => {
  const owned = id.search(OWNED);
  return [...id.matchAll(PARTS)].slice(0, MOST_PARTS).flatMap(({ index, 0: between }) => {
    const end = index + between.length;
    const isOfOwner = owned < 0 || index <= owned;
    return isOfOwner && end < id.length ? [id.slice(0, end)] : [];
  });
};

/**
 * The beginnings that many of these ids share, the most frequent first: of those that the same ids have the longest.
 *
 * @param ids each once for each case that names it
 */
export const prefixesOf = (ids: readonly string[]): Prefix[] => {
  const counts = new Map<string, number>();
  for (const id of ids) {
    for (const prefix of beginningsOf(id)) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  const groups = [...counts]
    .map(([prefix, count]) => ({ prefix, count }))
    .filter(({ count }) => count >= FEWEST)
    .toSorted((one, other) => other.count - one.count || other.prefix.length - one.prefix.length);
  const isLongest = ({ prefix, count }: Prefix): boolean =>
    !groups.some(
      other => other.count === count && other.prefix !== prefix && other.prefix.startsWith(prefix),
    );
  return groups.filter(isLongest).slice(0, MOST_PREFIXES);
};
