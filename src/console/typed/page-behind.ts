import type { Request } from 'express';
import { safeNext } from '../sign-in/next.ts';

/** The page of ours that a form was sent from, as the browser says; without that, the first one. */
export const pageBehind = (request: Pick<Request, 'get'>): string => {
  const from = request.get('hx-current-url') ?? request.get('referer') ?? '';
  const { pathname, search } = new URL(URL.canParse(from) ? from : 'http://nowhere/');
  return safeNext(pathname + search);
};
