import type { Env } from '../config/config.ts';
import { fileSettingOf } from '../config/secret-files.ts';

/** What `init` asks for: wrong values of these are its business, not something to be mended first. */
const ASKED = [
  'DATABASE_URL',
  'REDIS_URL',
  'SEAM_API_KEY',
  'USERS_TABLE',
  'USERS_ID_COLUMN',
  'WEBHOOK_URL',
  'CONSOLE_URL',
  'OPERATOR_NAME',
] as const;

/** Where the console is on this machine. */
export const localConsole = ({ CONSOLE_PORT, PORT }: Env): string =>
  `http://127.0.0.1:${CONSOLE_PORT || PORT || '3000'}`;

/** Some settings need a CONSOLE_URL beside them: this stands for the one that is still to be given. */
const TO_COME = { CONSOLE_URL: 'http://127.0.0.1' } as const;

/**
 * What else is set. Answers are tried with it, and with the answers before them: a wrong value of what comes later is
 * told there, where it can be answered.
 */
export const withoutAsked = (env: Env): Env => {
  const others: Record<string, string | undefined> = { ...env };
  for (const name of ASKED) {
    // Set in both ways is a fault that no answer mends.
    if (others[fileSettingOf(name)] === undefined) delete others[name];
  }
  return { ...TO_COME, ...others };
};
