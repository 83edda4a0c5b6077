import type pg from 'pg';
import { forgetHooks, type HookSet, readHookSets } from './hook-sets.ts';
import { dropUnwantedPage } from './unwanted.ts';

/** For so long a process has to see that nobody has hooks: they may be on their way back. */
export const KEPT_MS = 10 * 60_000;
/** Who looked away for longer has not seen who came meanwhile. */
const MOST_GAP_MS = 2 * 60_000;
/** Then others get their turn. */
const PAGES = 100;

/**
 * Sees which hooks nobody has had for a while. That is told by what this process has seen itself, time after time, and not by
 * how long ago one was heard of: after an outage of everything nobody was, and nobody is gone.
 */
export type HookWatch = Readonly<{
  /** @returns those of which nobody was heard for so long while it looked */
  saw: (sets: readonly HookSet[]) => readonly HookSet[];
  /** It could not look. */
  lost: () => void;
}>;

export const createHookWatch = (keptMs: number, now: () => number): HookWatch => {
  /** Since when each has been as it is. */
  let since = new Map<string, number>();
  let sawAt = Number.NEGATIVE_INFINITY;
  return {
    saw: sets => {
      const at = now();
      const before = at - sawAt > MOST_GAP_MS ? new Map<string, number>() : since;
      sawAt = at;
      since = new Map(sets.map(set => [keyOf(set), before.get(keyOf(set)) ?? at]));
      return sets.filter(set => at - (since.get(keyOf(set)) ?? at) >= keptMs);
    },
    lost: () => since.clear(),
  };
};

const keyOf = ({ types, heardAt }: HookSet): string => JSON.stringify([types, heardAt]);

/** Forgets hooks that nobody has any more, and takes back what only they were for. */
export type Forgetting = Readonly<{
  /**
   * Looks once.
   *
   * @returns how many messages aren't owed any more, and whether there is more of that to do at once
   * @throws whatever Postgres throws
   */
  look: (
    endpointId: number,
    signal: AbortSignal,
  ) => Promise<Readonly<{ dropped: number; isMore: boolean }>>;
  /** Something failed that would have told it of others: what it has seen so far says nothing. */
  lost: () => void;
}>;

export const createForgetting = (
  pool: pg.Pool,
  { keptMs = KEPT_MS, now = () => performance.now() } = {},
): Forgetting => {
  const watch = createHookWatch(keptMs, now);
  /** Where taking back goes on, of which endpoint; null: it is done. At first, as who died may not have come to the end of it. */
  let from: number | null = 0;
  let of: number | null = null;

  const see = async (endpointId: number): Promise<void> => {
    const over = watch.saw(await readHookSets(pool, endpointId));
    if (over.length === 0) return;
    await forgetHooks(pool, endpointId, over);
    from = 0;
  };

  return {
    lost: watch.lost,
    look: async (endpointId, signal) => {
      if (of !== endpointId) [of, from] = [endpointId, 0];
      await see(endpointId);
      let dropped = 0;
      for (let page = 0; page < PAGES && from !== null && !signal.aborted; page++) {
        const done = await dropUnwantedPage(pool, endpointId, from);
        dropped += done.dropped;
        from = done.next;
      }
      return { dropped, isMore: from !== null };
    },
  };
};
