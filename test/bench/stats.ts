/** Of several rounds. */
export type Spread = Readonly<{ median: number; min: number; max: number }>;

/** The nearest rank: a value that was really measured. NaN for none. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? Number.NaN) : upper;
  return {
    median: (lower + upper) / 2,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  };
};

export const one = (value: number): Spread => ({ median: value, min: value, max: value });

/**
 * The rounds' figures, by contender. Each round measures all contenders, in turn, so that what slows
 * the machine for a while slows them all; ratios are taken within a round.
 */
export const collectRounds = <Name extends string, Figure extends string>() => {
  const rounds: Record<Name, Record<Figure, number>>[] = [];
  const of = (name: Name, figure: Figure): number[] => rounds.map(round => round[name][figure]);
  return {
    add: (round: Record<Name, Record<Figure, number>>): void => void rounds.push(round),
    figures: (name: Name, names: readonly Figure[]): Record<string, Spread> =>
      Object.fromEntries(names.map(figure => [figure, spreadOf(of(name, figure))])),
    spread: (name: Name, figure: Figure): Spread => spreadOf(of(name, figure)),
    ratio: (figure: Figure, above: Name, below: Name): Spread =>
      spreadOf(rounds.map(round => round[above][figure] / round[below][figure])),
  };
};
