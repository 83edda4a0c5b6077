import type { Request, Response } from 'express';
import { clientAddress } from '../../http/client-address.ts';
import { isKnownDevice, rememberPlaces } from '../../operators/places.ts';
import { isSecret, newSecret } from '../../operators/secrets.ts';
import { endSession, tellWhere } from '../../operators/sessions.ts';
import type { ConsoleOptions } from '../options.ts';
import { tellSignedIn } from './security.ts';

/**
 * Signs a browser in: with a new token each time, and the one that it had before is of no use any more. From
 * now on it is known from where they have signed in.
 */
export const enter = async (
  options: Pick<ConsoleOptions, 'desk' | 'cookie' | 'device' | 'guard'>,
  request: Request,
  response: Response,
  { token, next }: { token: string; next: string },
): Promise<void> => {
  const { desk, cookie, guard } = options;
  // Not asked of the guard: whoever has just signed in is no stranger, whatever others on their network show.
  const earlier = cookie.read(request);
  if (earlier !== null && isSecret(earlier)) await endSession(desk.pool, { token: earlier });
  const device = await deviceFor(options, request);
  const address = clientAddress(request);
  await rememberPlaces(desk.pool, token, { address, device });
  await tellWhere(desk.pool, token, { address, userAgent: request.get('user-agent') });
  await tellSignedIn(desk, request, token);
  guard.welcome(token);
  cookie.set(response, token);
  options.device.set(response, device);
  response.redirect(303, next);
};

/** The browser's own, which several may share who sign in with it; never one that somebody else has made up. */
const deviceFor = async (
  { desk, device }: Pick<ConsoleOptions, 'desk' | 'device'>,
  request: Request,
): Promise<string> => {
  const given = device.read(request);
  return given !== null && (await isKnownDevice(desk.pool, given)) ? given : newSecret();
};
