import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for a condition, asking every few milliseconds.
 *
 * @returns what the condition gave, once it is neither undefined, null nor false
 * @throws Error that names what was waited for
 */
export const until = async <T>(
  what: string,
  condition: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  limitMs = 30_000,
): Promise<T> => {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const result = await condition();
    if (result !== undefined && result !== null && result !== false) return result;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await sleep(20);
  }
};
