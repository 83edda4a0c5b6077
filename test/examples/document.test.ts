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

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const versionIn = (file: string): string => JSON.parse(read(file)).version;
const FILES = {
  'seam-reconciler': `seam-reconciler-${versionIn('package.json')}.tgz`,
  'seam-reconciler-client': `seam-reconciler-client-${versionIn('clients/typescript/package.json')}.tgz`,
};

test('our packages are installed from the files that npm pack makes now, never by a name that others may take', () => {
  const { dependencies } = JSON.parse(read('examples/express-drizzle/package.json'));
  for (const [name, file] of Object.entries(FILES)) expect(dependencies[name]).toBe(`file:${file}`);
  for (const file of ['docs/in-your-app.md', 'docs/library.md', 'clients/typescript/README.md']) {
    const named = read(file).match(/seam-reconciler[\w.-]*\.tgz/g) ?? [];
    expect(named.length).toBeGreaterThan(0);
    for (const each of named) expect(Object.values(FILES)).toContain(each);
    expect(read(file)).not.toMatch(/npm (install|i|add) seam-reconciler/);
  }
});

test.each(QUOTES)('what it quotes of %s stands there', (file, code) => {
  expect(readFileSync(path.join(EXAMPLE, 'src', file), 'utf8')).toContain(code);
});
