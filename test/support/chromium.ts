import { existsSync } from 'node:fs';

/** Where Debian and Ubuntu have it; CHROMIUM names another. */
export const CHROMIUM = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  file => file !== undefined && existsSync(file),
);
