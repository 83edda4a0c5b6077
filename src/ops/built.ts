import path from 'node:path';

/** Of the files of this program: `.ts` as it lies in a clone, `.js` as the package has it. */
export const EXTENSION = path.extname(import.meta.filename);

/** Whether this is the package's JavaScript: what only a clone has, isn't there. */
export const IS_BUILT = EXTENSION === '.js';
