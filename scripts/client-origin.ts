import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createOpenApiDocument } from '../src/api/openapi.ts';
import { API_ROUTES } from '../src/api/routes.ts';

const CLIENT = path.join(import.meta.dirname, '../clients/typescript');
/** Where the generated part of the client lies. */
export const GENERATED = path.join(CLIENT, 'src/generated');
/** What it was made from. */
export const RECORD = path.join(CLIENT, 'made-from.json');

/** The document that it is made from. */
export const makeDocument = (): Record<string, unknown> => ({
  ...createOpenApiDocument(API_ROUTES, 'https://reconciler.example'),
});

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Each file of a folder, by its name within it. */
export const readFiles = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
  const read = async (name: string) =>
    [name, await readFile(path.join(folder, name), 'utf8')] as const;
  return Object.fromEntries(await Promise.all(names.map(read)));
};

/** What the generated part is made from by now, and what is in it: each by its SHA-256. */
export const originOf = async () => {
  const own = JSON.parse(await readFile(path.join(CLIENT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return {
    document: hashOf(JSON.stringify(makeDocument())),
    generator: own.devDependencies['@hey-api/openapi-ts'] ?? '',
    files: Object.fromEntries(
      Object.entries(await readFiles(GENERATED)).map(([name, text]) => [name, hashOf(text)]),
    ),
  };
};
