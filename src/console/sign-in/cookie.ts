import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';

/**
 * A cookie of ours. Lax, so that a link in a ticket opens for somebody who is signed in; a form of another
 * site is refused by the form's own number. Source: RFC 6265bis, "__Host-" prefix.
 *
 * @param maxAgeSeconds left out: until the browser is closed
 */
const createCookie = (baseName: string, isSecure: boolean, maxAgeSeconds?: number) => {
  const name = isSecure ? `__Host-${baseName}` : baseName;
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure } as const;
  const kept = maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds };
  return {
    read: (request: Request): string | null =>
      parseCookie(request.headers.cookie ?? '')[name] ?? null,
    set: (response: Response, value: string): void => {
      response.append('set-cookie', stringifySetCookie({ name, value, ...kept, ...attributes }));
    },
    clear: (response: Response): void => {
      response.append(
        'set-cookie',
        stringifySetCookie({ name, value: '', maxAge: 0, ...attributes }),
      );
    },
  };
};

/** Who is signed in. */
export const createSessionCookie = ({ isSecure }: { isSecure: boolean }) =>
  createCookie('seam-reconciler', isSecure);
export type SessionCookie = ReturnType<typeof createSessionCookie>;

/** By which a browser is known again after a sign-in; it lets nobody in. @param maxAgeSeconds kept so long */
export const createDeviceCookie = (isSecure: boolean, maxAgeSeconds: number) =>
  createCookie('seam-reconciler-device', isSecure, maxAgeSeconds);
export type DeviceCookie = ReturnType<typeof createDeviceCookie>;

/** What a browser must bring back from the company's provider. */
export const createBegunCookie = (isSecure: boolean, maxAgeSeconds: number) =>
  createCookie('seam-reconciler-begun', isSecure, maxAgeSeconds);
export type BegunCookie = ReturnType<typeof createBegunCookie>;

/** What a browser must bring back with what its passkey has signed. */
export const createPasskeyCookie = (isSecure: boolean, maxAgeSeconds: number) =>
  createCookie('seam-reconciler-passkey', isSecure, maxAgeSeconds);
export type PasskeyCookie = ReturnType<typeof createPasskeyCookie>;

/** Who wants no keys that do something by themselves: a choice, and no secret. @param maxAgeSeconds kept so long */
export const createKeysCookie = (isSecure: boolean, maxAgeSeconds: number) =>
  createCookie('seam-reconciler-keys', isSecure, maxAgeSeconds);
export type KeysCookie = ReturnType<typeof createKeysCookie>;
