/* How often an item of a run was tried and failed by a fault of ours. Pure, but for what it counts. */

/** By run and position. Lost with the process: then it is counted anew, and still ends. */
export type Tries = Map<string, number>;

/** Once a turn, a second apart: what is over by then (a lock, a restart of the database) has cost nobody anything. */
export const MOST_TRIES = 5;

/** What is told of an item that was given up. */
export const FAULT_OF_OURS = 'an unexpected fault: an engineer finds it in the log';

/** @returns whether it is to be given up now */
export const failedAgain = (tries: Tries, run: number, position: number): boolean => {
  const key = `${run} ${position}`;
  const count = (tries.get(key) ?? 0) + 1;
  if (count < MOST_TRIES) tries.set(key, count);
  else tries.delete(key);
  return count >= MOST_TRIES;
};
