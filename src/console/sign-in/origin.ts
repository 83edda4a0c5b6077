import type { Request } from 'express';
import { isLoopback } from '../../config/doors.ts';

/** Whether an Origin is this console's, as CONSOLE_URL says; where nothing does, this machine's. */
export const isOwnOrigin = (origin: string, publicUrl: string): boolean => {
  if (!URL.canParse(origin)) return false;
  return publicUrl === '' || isLoopback(new URL(publicUrl).hostname)
    ? isLoopback(new URL(origin).hostname)
    : origin === new URL(publicUrl).origin;
};

/**
 * Whether a request that isn't of a session yet comes from a page of another site; a browser says so. The Host
 * header is not asked: whoever sends the request chooses it.
 * Source: OWASP CSRF Prevention Cheat Sheet, "Fetch Metadata" and "Verifying Origin".
 */
export const isOtherSite = (
  { headers }: Pick<Request, 'headers'>,
  { publicUrl }: { publicUrl: string },
): boolean => {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  return origin !== undefined && !isOwnOrigin(origin, publicUrl);
};
