import { expect, test, vi } from 'vitest';

const asked = vi.hoisted((): string[] => []);
vi.mock('../../src/http/mount.ts', async importOriginal => {
  const real = await importOriginal<typeof import('../../src/http/mount.ts')>();
  const baseHere = (): string => {
    asked.push(new Error('an address was made').stack ?? '');
    return real.baseHere();
  };
  return { ...real, baseHere };
});

/** What is made before there is a request leads to the root, wherever the console is. */
test('no page has an address that was made when its file was loaded', async () => {
  // Another test of this worker may have loaded them already, with the real one.
  vi.resetModules();
  const { href } = await import('../../src/console/view/html.ts');
  await import('../../src/console/app.ts');
  await import('../../src/console/raw-queue/raw-queue-board.ts');
  expect(asked).toEqual([]);
  expect(href([])).toBe('/support');
  expect(asked).toHaveLength(1);
});
