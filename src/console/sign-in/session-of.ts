import type { Request } from 'express';
import { clientAddress } from '../../http/client-address.ts';
import { isSecret } from '../../operators/secrets.ts';
import { findSession, type Session } from '../../operators/sessions.ts';
import type { ConsoleOptions } from '../options.ts';

/**
 * Who has sent a request; null for nobody who is signed in, or only as far as to add a passkey.
 *
 * @throws HttpError 429
 */
export const sessionOf = async (
  options: Pick<ConsoleOptions, 'desk' | 'cookie' | 'guard'>,
  request: Request,
): Promise<Session | null> => {
  const session = await anySessionOf(options, request);
  return session?.mustAddPasskey === true ? null : session;
};

/** The same, with whoever has to add a passkey before anything else. @throws HttpError 429 */
export const anySessionOf = async (
  { desk, cookie, guard }: Pick<ConsoleOptions, 'desk' | 'cookie' | 'guard'>,
  request: Request,
): Promise<Session | null> => {
  const token = cookie.read(request);
  if (token === null || !isSecret(token)) return null;
  return guard.find(token, clientAddress(request), () =>
    findSession(desk.pool, token, desk.config),
  );
};
