import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

/* `npm ci` checks a package against its integrity only where the lock file has one. `npm run lock` makes it whole. */

const LockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      dev: z.boolean().optional(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

const { packages } = LockFile.parse(
  JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')),
);
/** All but the project itself, which is "", and links to folders. */
const entries = Object.entries(packages).filter(([place, entry]) => place !== '' && !entry.link);
const placesWhere = (isSo: (entry: (typeof entries)[number][1]) => boolean): string[] =>
  entries.filter(([, entry]) => isSo(entry)).map(([place]) => place);

test('every package of the lock file has the SHA-512 that npm ci checks it against', () => {
  expect(entries.length).toBeGreaterThan(100);
  const sha512 = /^sha512-[A-Za-z0-9+/]{86}==$/;
  expect(
    placesWhere(({ integrity }) => integrity === undefined || !sha512.test(integrity)),
  ).toEqual([]);
});

test('the lock file names no addresses: it holds wherever packages come from', () => {
  expect(placesWhere(({ resolved }) => resolved !== undefined)).toEqual([]);
});

/*
 * valibot (of the raw queue) would take a package called `typescript` if it is there. npm then installs ours with
 * `npm ci --omit=dev`, too: 30 MB and a compiler. So the development dependency has another name.
 */
test('TypeScript is not among what a production installs', () => {
  const ofTypeScript = entries.filter(
    ([place, { name }]) =>
      name === 'typescript' || /node_modules\/(typescript|@typescript\/.*)$/.test(place),
  );
  expect(ofTypeScript).not.toEqual([]);
  expect(ofTypeScript.filter(([, { dev }]) => dev !== true).map(([place]) => place)).toEqual([]);
});
