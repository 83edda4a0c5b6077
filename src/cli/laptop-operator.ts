import { shellActor } from '../access/actor.ts';
import type { Context } from '../app/context.ts';
import { addOperator, listOperators } from '../operators/operators.ts';
import { createSignInLink } from '../operators/sign-in.ts';
import { signInLinkUrl } from '../operators/sign-in-link.ts';

/** On a laptop nobody has to think of a password. */
const NAME = 'you';
const LINK_MINUTES = 12 * 60;

/** The address that signs in, once, whoever opens it: for the one who ran `npm start`. */
export const signInUrl = async ({ database: { pool } }: Context, url: string): Promise<string> => {
  const known = (await listOperators(pool)).find(({ name }) => name === NAME);
  const you =
    known ??
    (await addOperator(pool, shellActor('npm start'), {
      name: NAME,
      role: 'admin',
      password: null,
    }));
  const key = await createSignInLink(pool, you.id, LINK_MINUTES);
  return signInLinkUrl(url, key);
};
