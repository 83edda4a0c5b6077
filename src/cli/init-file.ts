import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { mergeEnvFile, UnwritableError } from '../config/env-file.ts';
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
  /** Where what is in it now is kept once it is written; null: there is nothing in it. */
  copy: () => string | null;
  /** @throws CommandError where these settings can't be written into it; nothing is */
  insistOnWritable: (settings: Settings) => void;
  /**
   * Puts settings into it, at once or not at all, for its owner's eyes only. What was in it before the first time is
   * kept beside it.
   *
   * @returns whether that changed anything, and where the copy is that was made
   * @throws CommandError where it can't be written
   */
  write: (settings: Settings) => Readonly<{ isChanged: boolean; copy: string | null }>;
}>;

type Settings = Readonly<Record<string, string>>;

/** A folder that git passes over, whatever the app's own .gitignore says: it says so itself. */
const FOLDER = '.seam-reconciler';

const keepCopy = (file: string, copy: string): void => {
  const folder = path.dirname(copy);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(folder, '.gitignore'), '*\n');
  // One that a former run left there may be open to others.
  rmSync(copy, { force: true });
  writeFileSync(copy, readFileSync(file), { mode: 0o600 });
};

/**
 * @throws CommandError where it can't be read, or no file can be written beside it: before anything is asked
 */
export const openEnvFile = (folder: string): EnvFile => {
  const named = path.join(folder, '.env');
  // A link stays one: what it leads to is replaced.
  const file = existsSync(named) ? realpathSync(named) : named;
  const beside = `${file}.${process.pid}.new`;
  const copy = path.join(path.dirname(file), FOLDER, '.env.before-init');
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
  const merged = (before: string, settings: Settings): string => {
    const lines = Object.entries(settings).map(([name, value]) => ({
      ...{ name, value },
      why: WHY[name] ?? name,
    }));
    try {
      return mergeEnvFile(before, lines);
    } catch (error) {
      if (error instanceof UnwritableError) throw new CommandError(error.message, EXIT.refused);
      throw error;
    }
  };
  return {
    path: file,
    read,
    copy: () => (read() === '' ? null : copy),
    insistOnWritable: settings => {
      merged(read(), settings);
    },
    write: settings => {
      const before = read();
      const after = merged(before, settings);
      if (after === before) return { isChanged: false, copy: null };
      const keeps = before !== '' && !isKept;
      said(() => {
        if (keeps) keepCopy(file, copy);
        isKept = true;
        replace(after);
      });
      return { isChanged: true, copy: keeps ? copy : null };
    },
  };
};
