import { describe, expect, test } from 'vitest';
import { shrink } from './shrink.ts';

const list = Array.from({ length: 200 }, (_, n) => n);

describe('a failing list', () => {
  test.each([
    ['one', [137]],
    ['two that are far apart', [3, 190]],
    ['the first and the last', [0, 199]],
    ['several', [10, 11, 60, 150]],
  ])('is shortened to what it takes: %s', async (_name, needed) => {
    const fails = async (fewer: readonly number[]) => needed.every(each => fewer.includes(each));
    expect(await shrink(list, fails, 1_000)).toEqual(needed);
  });

  test('keeps its order, and is the whole where everything is needed', async () => {
    expect(await shrink(list, async () => false, 1_000)).toEqual(list);
  });

  test('is tried no more often than that, and the shortest that failed is kept', async () => {
    let tries = 0;
    const fails = async (fewer: readonly number[]) => {
      tries++;
      return fewer.includes(137);
    };
    const shortened = await shrink(list, fails, 5);
    expect(tries).toBe(5);
    expect(shortened).toContain(137);
    expect(shortened.length).toBeLessThan(list.length);
  });

  test('that fails only now and then ends at one that has failed', async () => {
    let tries = 0;
    const failed: number[][] = [];
    const fails = async (fewer: readonly number[]) => {
      const does = fewer.includes(137) && tries++ % 2 === 0;
      if (does) failed.push([...fewer]);
      return does;
    };
    expect(await shrink(list, fails, 100)).toEqual(failed.at(-1));
  });
});
