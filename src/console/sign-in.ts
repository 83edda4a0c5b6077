import { type Request, type Response, Router } from 'express';
import { signInWithLink, signInWithPassword } from '../operators/sign-in.ts';
import type { ConsoleOptions } from './app.ts';
import { type Html, href, html } from './html.ts';
import { bareLayout } from './layout.ts';
import { sendHtml } from './send.ts';

const formOf = (request: Request): URLSearchParams =>
  new URLSearchParams(typeof request.body === 'string' ? request.body : '');

/** Only to a page of ours: what comes after the sign-in is in the address, which anybody may have made. */
const safeNext = (next: string | null): string =>
  next !== null && /^\/support(?:[/?]|$)/.test(next) ? next : href([]);

/**
 * Whether a request that isn't of a session yet comes from a page of ours; a browser says so.
 * Source: OWASP CSRF Prevention Cheat Sheet, "Fetch Metadata" and "Verifying Origin".
 */
const isFromHere = ({ headers }: Request): boolean => {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin, host } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
};

const passwordForm = (
  next: string,
  { fault, name = '' }: { fault?: string; name?: string } = {},
): Html =>
  bareLayout(
    'Sign in',
    html`<h1>Sign in</h1>
    ${fault === undefined ? '' : html`<div class="fault" role="alert" id="fault"><p>${fault}</p></div>`}
    <form method="post" action="${href(['sign-in'])}" class="stack">
      <input type="hidden" name="next" value="${next}">
      <label for="name">Name</label>
      <input id="name" name="name" value="${name}" autocomplete="username" required maxlength="100">
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200">
      <button type="submit" class="main">Sign in</button>
    </form>`,
  );

const linkForm = (key: string, fault?: string): Html =>
  bareLayout(
    'Sign in',
    html`<h1>Sign in</h1>
    ${fault === undefined ? '' : html`<div class="fault" role="alert"><p>${fault}</p></div>`}
    <form method="post" action="${href(['sign-in', 'link'])}" class="stack">
      <input type="hidden" name="key" value="${key}">
      <p>This link signs you in once.</p>
      <button type="submit" class="main">Sign in with this link</button>
    </form>`,
  );

/** The pages before somebody is signed in. */
export const createSignInRouter = ({ desk, cookie }: ConsoleOptions): Router => {
  const router = Router();
  const enter = (response: Response, token: string, next: string): void => {
    cookie.set(response, token);
    response.redirect(303, next);
  };

  router.get('/sign-in', (request, response) => {
    const { next } = request.query;
    sendHtml(response, passwordForm(safeNext(typeof next === 'string' ? next : null)), 200);
  });
  router.post('/sign-in', async (request, response) => {
    const form = formOf(request);
    const [name, password] = [form.get('name')?.trim() ?? '', form.get('password') ?? ''];
    const next = safeNext(form.get('next'));
    if (!isFromHere(request)) {
      const fault = 'This form was sent from another site, so nothing was done. Sign in here.';
      sendHtml(response, passwordForm(next, { fault }), 403);
      return;
    }
    const from = request.ip ?? 'unknown';
    const result = await signInWithPassword(desk.pool, { name, password, from });
    switch (result.kind) {
      case 'signed_in':
        enter(response, result.token, next);
        return;
      case 'wrong': {
        const fault = 'Name or password is wrong.';
        sendHtml(response, passwordForm(next, { fault, name }), 422);
        return;
      }
      case 'wait': {
        const fault = `Too many wrong tries. Try again in ${result.seconds} s.`;
        response.set('retry-after', String(result.seconds));
        sendHtml(response, passwordForm(next, { fault, name }), 429);
        return;
      }
      default:
        result satisfies never;
    }
  });

  router.get('/sign-in/link', (request, response) => {
    const { key } = request.query;
    sendHtml(response, linkForm(typeof key === 'string' ? key : ''), 200);
  });
  router.post('/sign-in/link', async (request, response) => {
    const key = formOf(request).get('key') ?? '';
    const token = isFromHere(request) ? await signInWithLink(desk.pool, key) : null;
    if (token === null) {
      const fault = 'This link was used already, or is too old. Ask for a new one.';
      sendHtml(response, linkForm('', fault), 422);
      return;
    }
    enter(response, token, href([]));
  });
  return router;
};
