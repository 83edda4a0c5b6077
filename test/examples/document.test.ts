import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../fixtures/documents.ts';
import { EXAMPLE } from '../fixtures/example-folder.ts';

/* docs/in-your-app.md shows the example's code as it is. */

const TEXT = readFileSync(path.join(ROOT, 'docs/in-your-app.md'), 'utf8');
const QUOTES = [...TEXT.matchAll(/^From \[`([\w.]+)`\]\([^)]*\):\n\n```ts\n(.*?)^```$/gms)].map(
  ([, file = '', code = '']) => [file, code] as const,
);

test('every block of its code says which file it is from', () => {
  expect(QUOTES.length).toBe(TEXT.split('```ts\n').length - 1);
  const files = QUOTES.map(([file]) => file);
  expect(files).toEqual(expect.arrayContaining(['beside.ts', 'inside.ts', 'handle.ts']));
});

test.each(QUOTES)('what it quotes of %s stands there', (file, code) => {
  expect(readFileSync(path.join(EXAMPLE, 'src', file), 'utf8')).toContain(code);
});
