import type { Section } from './report.ts';
import { collectRounds, percentile } from './stats.ts';

/** A site, named by how much waits there. */
type Site = Readonly<{ name: string }>;
/** What is timed: what it is called in the report, and the ms that it takes once. */
type Operation<S> = Readonly<{ name: string; time: (site: S) => Promise<number> }>;

const AIM = 1.3;

export const millisecondsOf = async (action: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
};

/** How much waits, where it is tried. */
export const amounts = (isQuick: boolean): readonly number[] =>
  isQuick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000];

/**
 * Times each operation at each site in turn: medians of so many in a round. What it costs where the most waits may be
 * hardly more than where the least does.
 */
export const compareSites = async <S extends Site, Name extends string>(
  sites: readonly S[],
  operations: Readonly<Record<Name, Operation<S>>>,
  { rounds: number, turns }: Readonly<{ rounds: number; turns: number }>,
): Promise<Pick<Section, 'rows' | 'ratios'>> => {
  const keys = Object.keys(operations) as Name[];
  const measureRound = async (): Promise<Record<string, Record<Name, number>>> => {
    const taken = sites.map(site => ({
      site,
      times: Object.fromEntries(keys.map(key => [key, [] as number[]])) as Record<Name, number[]>,
    }));
    for (let turn = 0; turn < turns; turn++) {
      for (const { site, times } of taken) {
        for (const key of keys) times[key].push(await operations[key].time(site));
      }
    }
    const median = (times: Record<Name, number[]>) =>
      Object.fromEntries(keys.map(key => [key, percentile(times[key], 0.5)])) as Record<
        Name,
        number
      >;
    return Object.fromEntries(taken.map(({ site, times }) => [site.name, median(times)]));
  };
  const rounds = collectRounds<string, Name>();
  await measureRound(); // Not counted: caches and prepared statements come to be there.
  for (let round = 1; round <= number; round++) rounds.add(await measureRound());
  const names = sites.map(({ name }) => name);
  const [least = '', most = ''] = [names[0], names.at(-1)];
  return {
    rows: keys.map(key => ({
      name: `${operations[key].name}, ms`,
      figures: Object.fromEntries(names.map(name => [name, rounds.spread(name, key)])),
    })),
    ratios: keys.map(key => ({
      name: `cost of ${operations[key].name}, ${most} : ${least} waiting`,
      spread: rounds.ratio(key, most, least),
      aim: { op: '<=', value: AIM },
    })),
  };
};
