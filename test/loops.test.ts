import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** What may go on for as long as there is something: what is counted out beforehand is none. */
const LOOP = /startLoop\(\{|\bwhile \(|\bfor await \(|\bfor \([^;]*;(\s*;|[^;]*!== undefined;)/;

const withoutComments = (text: string): string => text.replaceAll(/^\s*(\*|\/\/|\/\*).*$/gm, '');

test('each loop is told with its bound, and nothing is told that is none', () => {
  const files = globSync('src/**/*.ts').filter(file => !file.startsWith('src/sandbox/'));
  const withLoop = files
    .filter(file => LOOP.test(withoutComments(readFileSync(file, 'utf8'))))
    .map(file => file.replace(/^src\//, ''));
  const text = readFileSync('docs/architecture.md', 'utf8');
  const table = text.split('## Loops and their bounds')[1]?.split('\n## ')[0] ?? '';
  const told = table
    .split('\n')
    .filter(line => line.startsWith('|'))
    .flatMap(line => [...(line.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)].map(match => match[1]));
  expect(withLoop.length).toBeGreaterThan(30);
  expect(told.toSorted()).toEqual(withLoop.toSorted());
});
