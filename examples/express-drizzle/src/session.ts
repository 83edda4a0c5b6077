import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';

/* This stands in for your app's own sign-in: whoever opens the page picks one of the demo's users. */

const COOKIE = 'session';
const DAY_MS = 24 * 60 * 60 * 1000;

const sign = (text: string, secret: string): string =>
  createHmac('sha256', secret).update(text).digest('base64url');

/** @param isSecure whether the app is at https://, as browsers have it: a proxy may be in between */
export const signIn = (
  response: Response,
  userId: string,
  secret: string,
  isSecure: boolean,
): void => {
  const content = Buffer.from(JSON.stringify([userId, Date.now() + DAY_MS])).toString('base64url');
  response.cookie(COOKIE, `${content}.${sign(content, secret)}`, {
    httpOnly: true,
    secure: isSecure,
    // Sent when Seam leads the user back, and not with a form of another site.
    sameSite: 'lax',
    maxAge: DAY_MS,
  });
};

export const signOut = (response: Response): void => {
  response.clearCookie(COOKIE);
};

/** @returns the id of the user who is signed in; null: nobody is */
export const userIdOf = (request: Request, secret: string): string | null => {
  const cookies = request.headers.cookie?.split(/; */) ?? [];
  const value = cookies.find(cookie => cookie.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  const [content = '', signature = ''] = value?.split('.') ?? [];
  const expected = Buffer.from(sign(content, secret));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const [userId, until] = JSON.parse(Buffer.from(content, 'base64url').toString());
  return until > Date.now() ? userId : null;
};
