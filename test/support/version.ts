import { cp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from './settings.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A version to come: this code in a folder of its own, with one migration more. */
export type Version = Readonly<{ main: string }> & AsyncDisposable;

/** The versions of one test file come one after the other: Drizzle applies only what is newer. */
let versions = 0;

/** @param statements of its migration */
export const createNewerVersion = async (statements: readonly string[]): Promise<Version> => {
  const folder = await makeFolder();
  const at = (...names: string[]): string => path.join(folder, ...names);
  for (const name of ['src', 'drizzle', 'package.json']) {
    await cp(path.join(ROOT, name), at(name), { recursive: true });
  }
  await symlink(path.join(ROOT, 'node_modules'), at('node_modules'));

  const journalFile = at('drizzle', 'meta', '_journal.json');
  const journal = JSON.parse(await readFile(journalFile, 'utf8')) as {
    entries: { idx: number; when: number; tag: string }[];
  };
  const last = journal.entries.at(-1);
  if (last === undefined) throw new Error('there are no migrations');
  versions += 1;
  const newest = { ...last, idx: last.idx + 1, when: last.when + versions, tag: '9999_newer' };
  journal.entries.push(newest);
  await writeFile(journalFile, JSON.stringify(journal));
  await writeFile(
    at('drizzle', `${newest.tag}.sql`),
    statements.join(';\n--> statement-breakpoint\n'),
  );
  return {
    main: at('src', 'main.ts'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
};
