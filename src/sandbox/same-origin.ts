import type { Request, RequestHandler } from 'express';
import { HttpError } from '../http/errors.ts';

const READING = ['GET', 'HEAD'];
const HERE = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/;

/**
 * Lets through what is asked for under this machine's own name, and changes that come from a page of ours
 * or from no page at all: what a stranger's page in the same browser sends changes nothing here.
 * Source: OWASP CSRF Prevention Cheat Sheet, "Fetch Metadata" and "Verifying Origin".
 */
export const onlyFromHere: RequestHandler = (request, _response, next) => {
  // A name of a stranger's that leads here (DNS rebinding) would make this page a part of theirs.
  if (!HERE.test(request.headers.host ?? '')) {
    throw new HttpError(403, 'forbidden', 'This is available at 127.0.0.1 and localhost only.');
  }
  if (!READING.includes(request.method) && !isFromHere(request)) {
    throw new HttpError(403, 'forbidden', 'This was sent from another site, so nothing was done.');
  }
  next();
};

const isFromHere = ({ headers }: Request): boolean => {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return origin === undefined || origin === `http://${host}`;
};
