/** So much may be done at once, and so much a second after that: by each, whoever that is. */
export type Budget = Readonly<{
  /** Takes one, before it is done. @returns how many seconds to wait; 0: it may be done */
  take: (whose: string) => number;
  /** What was taken and not used, or was used well. */
  giveBack: (whose: string) => void;
}>;

/** Of more than so many the one that came longest ago is forgotten: a stranger must not fill our memory. */
const MOST = 10_000;

/**
 * Each process counts for itself, in memory.
 *
 * @param options.now in ms, only ever later
 */
export const createBudget = ({
  atOnce,
  perSecond,
  most = MOST,
  now = () => performance.now(),
}: {
  atOnce: number;
  perSecond: number;
  most?: number;
  now?: () => number;
}): Budget => {
  const spent = createRecent<{ left: number; at: number }>(most);
  const leftOf = (whose: string): number => {
    const before = spent.get(whose);
    if (before === undefined) return atOnce;
    return Math.min(atOnce, before.left + ((now() - before.at) / 1_000) * perSecond);
  };
  return {
    take: whose => {
      const left = leftOf(whose);
      if (left < 1) return Math.max(1, Math.ceil((1 - left) / perSecond));
      spent.set(whose, { left: left - 1, at: now() });
      return 0;
    },
    giveBack: whose => {
      if (spent.get(whose) === undefined) return;
      spent.set(whose, { left: Math.min(atOnce, leftOf(whose) + 1), at: now() });
    },
  };
};

/** A map of the latest so many. */
export const createRecent = <T>(most: number) => {
  const all = new Map<string, T>();
  return {
    get: (key: string): T | undefined => all.get(key),
    set: (key: string, value: T): void => {
      all.delete(key);
      all.set(key, value);
      const [oldest] = all.keys();
      if (all.size > most && oldest !== undefined) all.delete(oldest);
    },
    delete: (key: string): void => void all.delete(key),
  };
};
