import type { Request, Response } from 'express';
import { endSession, findSession } from '../../operators/sessions.ts';
import type { ConsoleOptions } from '../options.ts';

/** Signs a browser in: with a new token each time, and the one that it had before is of no use any more. */
export const enter = async (
  { desk, cookie }: Pick<ConsoleOptions, 'desk' | 'cookie'>,
  request: Request,
  response: Response,
  { token, next }: { token: string; next: string },
): Promise<void> => {
  const before = cookie.read(request);
  const earlier = before === null ? null : await findSession(desk.pool, before);
  if (earlier !== null) await endSession(desk.pool, earlier);
  cookie.set(response, token);
  response.redirect(303, next);
};
