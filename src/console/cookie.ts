import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';

/**
 * The cookie of a session. Lax, so that a link in a ticket opens for somebody who is signed in; a form of
 * another site is refused by the form's own number. Source: RFC 6265bis, "__Host-" prefix.
 */
export const createSessionCookie = ({ isSecure }: { isSecure: boolean }) => {
  const name = isSecure ? '__Host-seam-reconciler' : 'seam-reconciler';
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure } as const;
  return {
    read: (request: Request): string | null =>
      parseCookie(request.headers.cookie ?? '')[name] ?? null,
    set: (response: Response, token: string): void => {
      response.append('set-cookie', stringifySetCookie({ name, value: token, ...attributes }));
    },
    clear: (response: Response): void => {
      response.append(
        'set-cookie',
        stringifySetCookie({ name, value: '', maxAge: 0, ...attributes }),
      );
    },
  };
};
export type SessionCookie = ReturnType<typeof createSessionCookie>;
