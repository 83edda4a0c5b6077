/** How many there are, or that there are more than are worth counting. */
export type CappedCount = Readonly<{
  /** Where it is capped: there are more than so many. */
  number: number;
  isCapped: boolean;
}>;

/** Up to here things are counted; what lists or counts them reads one more, and no further. */
export const MOST_COUNTED = 10_000;

/** @param counted with a limit of `most + 1` */
export const toCappedCount = (counted: number, most = MOST_COUNTED): CappedCount => ({
  number: Math.min(counted, most),
  isCapped: counted > most,
});

/** All together: capped where one is. */
export const sumOfCounts = (counts: readonly CappedCount[]): CappedCount => ({
  number: counts.reduce((sum, { number }) => sum + number, 0),
  isCapped: counts.some(({ isCapped }) => isCapped),
});

/** `128`, `10,000+`. */
export const cappedText = ({ number, isCapped }: CappedCount): string =>
  `${number.toLocaleString('en')}${isCapped ? '+' : ''}`;
