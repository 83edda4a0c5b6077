/**
 * Looks for a short list that still fails: leaves out halves, then quarters and so on, whichever can be spared
 * (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002). What fails only now and then
 * shrinks less than it could, never to something that doesn't fail.
 *
 * @param fails whether this list (in the order of the first one) fails; asked `tries` times at most
 * @returns the shortest one that was seen to fail
 */
export const shrink = async <T>(
  list: readonly T[],
  fails: (fewer: readonly T[]) => Promise<boolean>,
  tries: number,
): Promise<readonly T[]> => {
  let failing = list;
  let parts = 2;
  let left = tries;
  while (failing.length > 1 && left > 0) {
    const size = Math.ceil(failing.length / parts);
    let spared = false;
    for (let from = 0; from < failing.length && left > 0; from += size) {
      const fewer = [...failing.slice(0, from), ...failing.slice(from + size)];
      if (fewer.length === 0) continue;
      left--;
      if (await fails(fewer)) {
        failing = fewer;
        parts = Math.max(2, parts - 1);
        spared = true;
        break;
      }
    }
    if (spared) continue;
    if (parts >= failing.length) break;
    parts = Math.min(failing.length, parts * 2);
  }
  return failing;
};
