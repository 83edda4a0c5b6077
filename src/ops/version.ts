import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { IS_BUILT } from './built.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
/** Written into an image or a package when it is built: there is no `.git` of ours in one. */
const COMMIT_FILE = IS_BUILT
  ? path.join(import.meta.dirname, '..', 'COMMIT')
  : path.join(ROOT, 'COMMIT');
const COMMIT = /^[0-9a-f]{40}$/;
const SHOWN_DIGITS = 9;

const readIfThere = (file: string): string | null =>
  existsSync(file) ? readFileSync(file, 'utf8').trim() : null;

/** As git keeps it in a checkout or a worktree, without asking git, which need not be installed. */
const commitOfCheckout = (): string | null => {
  const own = path.join(ROOT, '.git');
  // Beside the package's JavaScript it would be of another commit, or of another repository.
  if (IS_BUILT || !existsSync(own)) return null;
  const gitDir = /^gitdir: (.+)$/.exec(readIfFile(own) ?? '')?.[1] ?? own;
  const head = readIfThere(path.join(gitDir, 'HEAD'));
  const ref = /^ref: (.+)$/.exec(head ?? '')?.[1];
  if (ref === undefined) return head;
  const common = path.resolve(gitDir, readIfThere(path.join(gitDir, 'commondir')) ?? '.');
  const packed = readIfThere(path.join(common, 'packed-refs')) ?? '';
  return (
    readIfThere(path.join(common, ref)) ??
    packed
      .split('\n')
      .find(line => line.endsWith(` ${ref}`))
      ?.split(' ')[0] ??
    null
  );
};

/** A folder has nothing to read. */
const readIfFile = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') return null;
    throw error;
  }
};

const commitOf = (): string | null => {
  const commit = readIfThere(COMMIT_FILE) ?? commitOfCheckout();
  return commit !== null && COMMIT.test(commit) ? commit : null;
};

const { version: released } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')));
const commit = commitOf();

/**
 * Of this code: its semantic version, and the commit where it is known, as build metadata (https://semver.org/#spec-item-10):
 * `1.2.0+3f2a9c1d0`.
 */
export const VERSION = commit === null ? released : `${released}+${commit.slice(0, SHOWN_DIGITS)}`;
