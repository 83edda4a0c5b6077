import { readFileSync, statSync } from 'node:fs';
import { schema } from './schema.ts';
import { isSecret } from './values.ts';

/** What the environment says, by name. */
type Env = Readonly<Record<string, string | undefined>>;

/* Every secret may also be in a file, which a setting of the same name and `_FILE` names. */

/** The settings that are secrets (DATABASE_URL holds a password, too). */
export const SECRET_NAMES: readonly string[] = Object.entries(schema.shape)
  .filter(([, type]) => isSecret(type))
  .map(([name]) => name);

/** `DATABASE_URL` → `DATABASE_URL_FILE`: which file holds it. */
export const fileSettingOf = (name: string): string => `${name}_FILE`;

const isGivenAs = (env: Env, name: string): boolean => (env[name] ?? '').trim() !== '';

/** Whether a setting has a value, or names a file for it; also where that can't be read. */
export const isGiven = (env: Env, name: string): boolean =>
  isGivenAs(env, name) || isGivenAs(env, fileSettingOf(name));

/** Under which the file is kept that a value was read from; no variable of an environment is called that. */
const sourceKey = (name: string): string => `where ${name} has come from`;

/** The setting that a person has to correct where this one is wrong: itself, or the one that names its file. */
export const sourceOf = (env: Env, name: string): string =>
  env[sourceKey(name)] === undefined ? name : fileSettingOf(name);

/**
 * Reads the secrets that files hold, and puts each in its setting's place. What can't be read stays as it is, and so
 * does what is set in both ways: `faultsOfFiles` tells of it, with all the other faults.
 */
export const withSecretFiles = (variables: Env): Env => {
  const env: Record<string, string | undefined> = { ...variables };
  for (const name of SECRET_NAMES) {
    const file = variables[fileSettingOf(name)];
    if (file === undefined || file.trim() === '' || isGivenAs(variables, name)) continue;
    const value = valueIn(file);
    if (value === null) continue;
    env[name] = value;
    env[sourceKey(name)] = file;
    delete env[fileSettingOf(name)];
  }
  return env;
};

/**
 * Which of these settings were read from a file that can be read again: what is no regular file (a pipe) can be read
 * once.
 */
export const readFromFiles = (env: Env, names: readonly string[]): readonly string[] =>
  names.filter(name => {
    const file = env[sourceKey(name)];
    return file !== undefined && isRegularFile(file);
  });

/** An environment that `withSecretFiles` has been through, with what the files of these settings hold now. */
export const withFilesReadAgain = (env: Env, names: readonly string[]): Env => {
  const before: Record<string, string | undefined> = { ...env };
  for (const name of names) {
    before[fileSettingOf(name)] = env[sourceKey(name)];
    delete before[name];
    delete before[sourceKey(name)];
  }
  return withSecretFiles(before);
};

const isRegularFile = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

/** What a file holds, without the line break at its end; null where it can't be read or has nothing in it. */
const valueIn = (file: string): string | null => {
  try {
    const value = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
    return value.trim() === '' ? null : value;
  } catch (error) {
    // No such file, a folder, not for us to read. Anything else is a fault of ours.
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
};

/**
 * What is wrong with the files of an environment that `withSecretFiles` has been through: by name, never with what is
 * in them. Pure.
 *
 * @param present the settings that are not empty
 */
export const faultsOfFiles = (present: Env): readonly string[] =>
  SECRET_NAMES.map(name => ({ name, file: fileSettingOf(name) }))
    .filter(({ file }) => present[file] !== undefined)
    .map(({ name, file }) =>
      present[name] === undefined
        ? `${file} must be a file that can be read and isn't empty`
        : `${name} must be left out where ${file} is set`,
    );
