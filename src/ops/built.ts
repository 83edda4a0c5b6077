import path from 'node:path';

/** Of the files of this program: `.ts` as it lies in a clone, `.js` as the package has it. */
export const EXTENSION = path.extname(import.meta.filename);

/** Whether this is the package's JavaScript: what only a clone has, isn't there. */
export const IS_BUILT = EXTENSION === '.js';

/** What stands before a command of ours in a shell. */
export const COMMAND = IS_BUILT ? 'npx seam-reconciler' : 'npm run cli --';
