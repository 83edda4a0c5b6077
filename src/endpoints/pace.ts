/** How fast an endpoint is sent to: evenly, so that in no second it is more than was said. */
export type Pace = Readonly<{
  /** For how many ms nothing may go. */
  waitMs: () => number;
  /** One goes now. */
  went: () => void;
}>;

export const createPace = (perSecond: number, now = () => performance.now()): Pace => {
  const gap = 1_000 / perSecond;
  let earliest = Number.NEGATIVE_INFINITY;
  return {
    waitMs: () => Math.max(0, earliest - now()),
    went: () => {
      const at = now();
      // A timer that was a little late is made up for: else all would go slower than the pace.
      earliest = (at - earliest < gap ? earliest : at) + gap;
    },
  };
};
