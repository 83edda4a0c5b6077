import { SupportError } from '../access/errors.ts';
import type { Config } from '../config/config.ts';

/** Whether people may sign in by other ways than the company's, and whether a password alone lets them in. */
export type SignInPolicy = Pick<Config, 'hasPasswords' | 'needsSecondFactor'>;

/**
 * For whatever sets a password, or makes a link in its stead.
 *
 * @throws SupportError `refused` under SIGN_IN=company
 */
export const insistOnPasswords = ({ hasPasswords }: Pick<Config, 'hasPasswords'>): void => {
  if (hasPasswords) return;
  throw new SupportError(
    'refused',
    'Everyone signs in with their company account here (SIGN_IN=company): passwords are switched off. Only the command line makes sign-in links, for an emergency.',
  );
};
