import { describe, expect, test } from 'vitest';
import { Disposables } from '../../src/ops/disposables.ts';

/* Held to what the standard's own does, which this Node has. */

const KINDS = [
  ['ours', Disposables],
  ['the standard’s', AsyncDisposableStack],
] as const;

describe.each(KINDS)('%s', (_, Kind) => {
  test('closes all in reverse, each before the one that was opened earlier', async () => {
    const closed: string[] = [];
    const slowly = async (name: string) => {
      await new Promise(setImmediate);
      closed.push(name);
    };
    const stack = new Kind();
    stack.defer(() => slowly('first'));
    const used = { [Symbol.asyncDispose]: () => slowly('second') };
    expect(stack.use(used)).toBe(used);
    stack.use({ [Symbol.dispose]: () => closed.push('third') });
    expect(stack.use(null)).toBeNull();
    await stack.disposeAsync();
    expect(closed).toEqual(['third', 'second', 'first']);
    await stack[Symbol.asyncDispose]();
    expect(closed).toHaveLength(3);
  });

  test('closes the rest where one fails, and tells what failed last with what it suppressed', async () => {
    const closed: string[] = [];
    const stack = new Kind();
    stack.defer(() => void closed.push('first'));
    stack.defer(() => Promise.reject(new Error('later')));
    stack.defer(() => {
      throw new Error('sooner');
    });
    await expect(stack.disposeAsync()).rejects.toMatchObject({
      name: 'SuppressedError',
      error: { message: 'later' },
      suppressed: { message: 'sooner' },
    });
    expect(closed).toEqual(['first']);
  });

  test('one failure is told as it is', async () => {
    const stack = new Kind();
    const error = new Error('the only one');
    stack.defer(() => Promise.reject(error));
    await expect(stack.disposeAsync()).rejects.toBe(error);
  });

  test('what was moved is closed by its new owner alone, and nothing is taken in any more', async () => {
    const closed: string[] = [];
    const stack = new Kind();
    stack.defer(() => void closed.push('moved'));
    const moved = stack.move();
    await stack.disposeAsync();
    expect(closed).toEqual([]);
    expect(() => stack.defer(() => undefined)).toThrow(ReferenceError);
    expect(() => stack.move()).toThrow(ReferenceError);
    await moved.disposeAsync();
    expect(closed).toEqual(['moved']);
  });

  test('refuses what can’t be closed', () => {
    expect(() => new Kind().use({} as unknown as Disposable)).toThrow(TypeError);
  });
});
