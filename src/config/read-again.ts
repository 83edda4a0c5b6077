import { ConfigError, type Env, parseConfig, type SettingName } from './config.ts';
import { readFromFiles, withFilesReadAgain } from './secret-files.ts';
import type { Workspace } from './workspaces.ts';

/* The workspaces' keys and secrets may change while a process runs, where they are in files. */

/** What says which workspaces there are, and what opens them. All but these are read once. */
const NAMES = [
  'SEAM_API_KEY',
  'SEAM_PERSONAL_ACCESS_TOKEN',
  'SEAM_WEBHOOK_SECRET',
  'SEAM_WORKSPACES',
] as const;

const REQUIRABLE: readonly SettingName[] = ['SEAM_API_KEY', 'SEAM_WEBHOOK_SECRET'];

/** What was read; `text` differs where any of it does, and is as secret as what is in the files. */
export type Reading = Readonly<{ text: string }> &
  (
    | Readonly<{ kind: 'usable'; workspaces: readonly Workspace[] }>
    /** By name, never with a value. */
    | Readonly<{ kind: 'unusable'; faults: readonly string[] }>
  );

/**
 * Makes a function that reads the files of the workspaces' settings anew.
 *
 * @param env as `readEnv` gave it
 * @param required as for `parseConfig`
 * @returns null where none of these settings is in a file that can be read again
 */
export const readingAgain = (
  env: Env,
  required: readonly SettingName[],
): (() => Reading) | null => {
  const inFiles = readFromFiles(env, NAMES);
  if (inFiles.length === 0) return null;
  const needed = required.filter(name => REQUIRABLE.includes(name));
  return () => {
    const again = withFilesReadAgain(env, inFiles);
    // Only these: whatever else has changed meanwhile is none of ours.
    const own = Object.entries(again).filter(([name]) =>
      NAMES.some(each => name === each || name.includes(each)),
    );
    const text = JSON.stringify(own);
    try {
      const { workspaces } = parseConfig(Object.fromEntries(own), needed);
      return { text, kind: 'usable', workspaces };
    } catch (error) {
      if (error instanceof ConfigError) return { text, kind: 'unusable', faults: error.faults };
      throw error;
    }
  };
};
