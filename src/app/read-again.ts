import type { Env, SettingName } from '../config/config.ts';
import { type Reading, readingAgain } from '../config/read-again.ts';
import type { ServedWorkspaces } from '../config/served-workspaces.ts';
import type { Workspace } from '../config/workspaces.ts';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';

/**
 * What is read counts once it was read twice in a row: a file that is just being written is neither taken in halves nor
 * complained of, and one that changes all the time waits until it rests.
 */
const INTERVAL_MS = 1_000;

/**
 * Reads the files of the workspaces' keys and secrets over and over, and has this process serve what they say: a new
 * workspace, a changed key, another secret. While they can't be used, it goes on with what it has, and says so. Does
 * nothing where these settings are in no files: an environment doesn't change.
 */
export const startReadingAgain = (options: {
  /** As `readEnv` gave it. */
  env: Env;
  required: readonly SettingName[];
  served: ServedWorkspaces;
  log: Logger;
}): AsyncDisposable => {
  const { env, required, served, log } = options;
  const read = readingAgain(env, required);
  if (read === null) return { [Symbol.asyncDispose]: async () => undefined };
  let last: string | null = null;
  let counted: string | null = null;

  const take = (reading: Reading): void => {
    if (reading.kind === 'unusable') {
      const { faults } = reading;
      log.error({ faults }, 'the changed settings are not used: those from before stay');
      served.setFault(`${faults.join('; ')}, since ${new Date().toISOString()}`);
      return;
    }
    if (served.fault() !== null) log.info('the settings can be used again');
    served.setFault(null);
    const changes = compare(served.now(), reading.workspaces);
    if (changes === null) return;
    served.replace(reading.workspaces);
    log.info(changes, 'the workspaces were read again');
  };

  return startLoop({
    name: 'reading the settings again',
    intervalMs: INTERVAL_MS,
    log,
    turn: async () => {
      const reading = read();
      const isAtRest = reading.text === last;
      last = reading.text;
      if (!isAtRest || counted === reading.text) return;
      counted = reading.text;
      take(reading);
    },
  });
};

type Changes = Readonly<{
  added: readonly (string | null)[];
  removed: readonly (string | null)[];
  /** Another key, other secrets, another name. */
  changed: readonly (string | null)[];
}>;

/** Pure. @returns which workspaces differ, by id; null: none do */
const compare = (before: readonly Workspace[], after: readonly Workspace[]): Changes | null => {
  const known = new Map(before.map(workspace => [workspace.id, JSON.stringify(workspace)]));
  const added = after.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  const changed = after
    .filter(workspace => known.has(workspace.id))
    .filter(workspace => known.get(workspace.id) !== JSON.stringify(workspace))
    .map(({ id }) => id);
  const kept = new Set(after.map(({ id }) => id));
  const removed = [...known.keys()].filter(id => !kept.has(id));
  const isSame = [added, changed, removed].every(({ length }) => length === 0);
  return isSame ? null : { added, removed, changed };
};
