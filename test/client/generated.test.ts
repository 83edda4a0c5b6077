import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { GENERATED, writeClient } from '../../scripts/client.ts';
import { ROOT } from '../fixtures/documents.ts';

/* The generated part of the client is what the document makes of it: `npm run client` brings it up to date. */

const readAll = async (folder: string): Promise<Record<string, string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)));
  return Object.fromEntries(
    await Promise.all(
      files.toSorted().map(async file => [file, await readFile(path.join(folder, file), 'utf8')]),
    ),
  );
};

test('it is up to date: npm run client', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'client-'));
  try {
    await writeClient(folder);
    const [made, committed] = await Promise.all([readAll(folder), readAll(GENERATED)]);
    expect(Object.keys(committed)).toEqual(Object.keys(made));
    // By name, as a difference of 11,000 lines is of no use to whoever reads it.
    expect(Object.keys(made).filter(file => made[file] !== committed[file])).toEqual([]);
    expect(made['types.ts']).toContain("type: 'account.linked';");
  } finally {
    await rm(folder, { recursive: true });
  }
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
  const sources = await readAll(path.join(ROOT, 'clients/typescript/src'));
  expect(Object.keys(sources).length).toBeGreaterThan(10);
  const ofNode = Object.entries(sources).filter(([, source]) =>
    /from 'node:|\bprocess\.|\bBuffer\b|require\(/.test(source),
  );
  expect(ofNode.map(([file]) => file)).toEqual([]);
});

test('the generator’s older compiler is not the one that checks', () => {
  const found = readFileSync(path.join(ROOT, 'node_modules/.bin/tsc'), 'utf8');
  const native = readFileSync(path.join(ROOT, 'node_modules/@typescript/native/bin/tsc'), 'utf8');
  expect(found).toBe(native);
});
