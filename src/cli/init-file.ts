import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { mergeEnvFile } from '../config/env-file.ts';
import { CommandError, EXIT } from './exit.ts';

/** Why each setting is there, for whoever reads the file later; .env.example says more. */
const WHY: Readonly<Record<string, string>> = {
  DATABASE_URL: 'Where everything is stored: the schemas "reconciler" and "bullmq".',
  REDIS_URL: 'Where the queue lives; empty: in Postgres.',
  SEAM_API_KEY:
    'Used to ask Seam for the current state. Of the workspace whose webhooks you receive.',
  SEAM_ENDPOINT: "A different address for Seam's API.",
  SEAM_WEBHOOK_SECRET:
    'Used to verify that webhooks come from Seam. Several, separated by commas, while you rotate it.',
  USERS_TABLE: 'Your users table or view, which is only read.',
  USERS_ID_COLUMN: 'Its id column.',
  WEBHOOK_URL: 'The address at which Seam reaches "serve", as it is registered with Seam.',
  CONSOLE_URL: 'The public URL of the console (/support), without a path. Links are made of it.',
  OPERATOR_NAME: 'The name that the audit log shows for commands.',
  ENDPOINT_SECRETS_KEY:
    "What the secrets are sealed with by which your app verifies our messages. Keep it: without it they can't be opened.",
};

/** The .env of a folder. */
export type EnvFile = Readonly<{
  path: string;
  /** What is in it; empty where it isn't there. */
  read: () => string;
  /** Puts settings into it, at once or not at all, for its owner's eyes only. @returns whether that changed anything */
  write: (settings: Readonly<Record<string, string>>) => boolean;
}>;

/**
 * @throws CommandError where it can't be read, or no file can be written beside it: before anything is asked
 */
export const openEnvFile = (folder: string): EnvFile => {
  const named = path.join(folder, '.env');
  // A link stays one: what it leads to is replaced.
  const file = existsSync(named) ? realpathSync(named) : named;
  const beside = `${file}.${process.pid}.new`;
  const backup = path.join(path.dirname(file), '.env.before-init');
  let isKept = false;
  const said = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === '') throw error;
      throw new CommandError(
        `${file} can't be written (${code}): begin in a folder of your own, or correct its rights.`,
        EXIT.failed,
      );
    }
  };
  const read = (): string => said(() => (existsSync(file) ? readFileSync(file, 'utf8') : ''));
  const replace = (text: string): void => {
    const to = openSync(beside, 'w', 0o600);
    try {
      writeSync(to, text);
      fsyncSync(to);
    } finally {
      closeSync(to);
    }
    renameSync(beside, file);
  };
  said(() => {
    closeSync(openSync(beside, 'w', 0o600));
    rmSync(beside);
  });
  read();
  return {
    path: file,
    read,
    write: settings => {
      const before = read();
      const after = mergeEnvFile(
        before,
        Object.entries(settings).map(([name, value]) => ({ name, value, why: WHY[name] ?? name })),
      );
      if (after === before) return false;
      said(() => {
        if (before !== '' && !isKept) {
          copyFileSync(file, backup);
          chmodSync(backup, 0o600);
        }
        isKept = true;
        replace(after);
      });
      return true;
    },
  };
};
