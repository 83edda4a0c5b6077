import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { makeDocument, originOf, RECORD, readFiles } from '../../scripts/client-origin.ts';
import { ROOT } from '../fixtures/documents.ts';

/*
 * The generated part of the client is what the generator made of the document as it is now: the generator itself isn't
 * among our packages (clients/typescript/generate.ts says why), so what it was given and what it made is compared.
 */

test('it was made from the document as it is, and is as it was made: npm run client', async () => {
  expect(await originOf()).toEqual(JSON.parse(await readFile(RECORD, 'utf8')));
});

test('the document is the same each time that it is made', () => {
  expect(JSON.stringify(makeDocument())).toBe(JSON.stringify(makeDocument()));
});

test('the generator’s own lock file names no addresses, and has what each package is checked against', () => {
  const file = path.join(ROOT, 'clients/typescript/package-lock.json');
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as {
    packages: Record<string, { resolved?: string; integrity?: string }>;
  };
  const entries = Object.entries(packages).filter(([place]) => place !== '');
  expect(entries.length).toBeGreaterThan(10);
  const faulty = entries.filter(
    ([, { resolved, integrity = '' }]) => resolved !== undefined || !/^sha512-/.test(integrity),
  );
  expect(faulty.map(([place]) => place)).toEqual([]);
});

test('its package goes with this one', () => {
  const own = JSON.parse(
    readFileSync(path.join(ROOT, 'clients/typescript/package.json'), 'utf8'),
  ) as Pick<typeof packageJson, 'version' | 'license'> & { dependencies: Record<string, string> };
  expect(own.version).toBe(packageJson.version);
  expect(own.license).toBe(packageJson.license);
  const known: Record<string, string> = packageJson.devDependencies;
  for (const [name, range] of Object.entries(own.dependencies)) expect(known[name]).toBe(range);
});

test('it runs wherever there is fetch: nothing of Node’s is imported', async () => {
  const sources = await readFiles(path.join(ROOT, 'clients/typescript/src'));
  expect(Object.keys(sources).length).toBeGreaterThan(10);
  const ofNode = Object.entries(sources).filter(([, source]) =>
    /from 'node:|\bprocess\.|\bBuffer\b|require\(/.test(source),
  );
  expect(ofNode.map(([file]) => file)).toEqual([]);
});
