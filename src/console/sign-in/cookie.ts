import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';
import { baseHere } from '../../http/mount.ts';
import { href } from '../view/html.ts';

/**
 * A cookie of ours. Lax, so that a link in a ticket opens for somebody who is signed in; a form of another
 * site is refused by the form's own number. Below a path it is for nothing else of that host: not for its app, nor for
 * another console. Source: RFC 6265bis, "__Host-" and "__Secure-" prefixes.
 *
 * @param maxAgeSeconds left out: until the browser is closed
 */
const createCookie = (baseName: string, isSecure: boolean, maxAgeSeconds?: number) => {
  const isAtRoot = (): boolean => baseHere() === '';
  const name = (): string => {
    if (!isSecure) return baseName;
    return `${isAtRoot() ? '__Host-' : '__Secure-'}${baseName}`;
  };
  const kept = maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds };
  const write = (response: Response, cookie: { value: string; maxAge?: number }): void => {
    const path = isAtRoot() ? '/' : href([]);
    const attributes = { path, httpOnly: true, sameSite: 'lax', secure: isSecure } as const;
    response.append('set-cookie', stringifySetCookie({ name: name(), ...cookie, ...attributes }));
  };
  return {
    read: (request: Request): string | null =>
      parseCookie(request.headers.cookie ?? '')[name()] ?? null,
    set: (response: Response, value: string): void => write(response, { value, ...kept }),
    clear: (response: Response): void => write(response, { value: '', maxAge: 0 }),
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
