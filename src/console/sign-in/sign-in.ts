import { Router } from 'express';
import { clientAddress } from '../../http/client-address.ts';
import { relyingPartyOf } from '../../operators/passkeys/relying-party.ts';
import { isSecret } from '../../operators/secrets.ts';
import {
  createTries,
  type SignInResult,
  signInWithLink,
  signInWithPassword,
} from '../../operators/sign-in.ts';
import { keyIn } from '../../operators/sign-in-link.ts';
import type { ConsoleOptions } from '../options.ts';
import { sendHtml } from '../send.ts';
import { type Html, href } from '../view/html.ts';
import { createCompanySignInRouter } from './company-sign-in.ts';
import { enter } from './enter.ts';
import { formOf, queryOf } from './fields.ts';
import { safeNext } from './next.ts';
import { isOtherSite } from './origin.ts';
import { createPasskeySignInRouter } from './passkey-sign-in.ts';
import { tellOtherSite, tellSignInFailed } from './security.ts';
import { signInLinkPage, signInPage } from './sign-in-pages.ts';

const OTHER_SITE = 'This form was sent from another site, so nothing was done. Sign in here.';
const OVER = 'Your session has ended. Sign in to continue where you were.';
const NO_PASSWORDS =
  'Passwords are switched off here, so you weren’t signed in. Use your company account.';
const BUSY_SECONDS = 5;

/** What is told of a sign-in that came to nothing. */
const faultOf = (
  result: Exclude<SignInResult, { kind: 'signed_in' | 'second_step' }>,
): { status: number; fault: string; retryAfterSeconds?: number } => {
  switch (result.kind) {
    case 'wrong':
      return { status: 422, fault: 'Wrong name or password.' };
    case 'wait': {
      const fault = `Too many failed attempts. Try again in ${result.seconds} s.`;
      return { status: 429, fault, retryAfterSeconds: result.seconds };
    }
    case 'busy': {
      const fault = 'Too many people are signing in right now. Try again in a few seconds.';
      return { status: 503, fault, retryAfterSeconds: BUSY_SECONDS };
    }
    default:
      return result satisfies never;
  }
};

/** The pages before somebody is signed in. */
export const createSignInRouter = (options: ConsoleOptions): Router => {
  const { desk, company, device, guard, passkeyCookie, publicUrl } = options;
  const { hasPasswords } = desk.config;
  const passkeys = hasPasswords ? relyingPartyOf(publicUrl) : null;
  const tries = createTries();
  const router = Router();
  const page = (next: string, told: Parameters<typeof signInPage>[2] = {}): Html =>
    signInPage({ company: company !== null, passwords: hasPasswords, passkeys }, next, told);

  router.get('/sign-in', (request, response) => {
    const next = safeNext(queryOf(request, 'next'));
    const isOver = queryOf(request, 'over') !== null;
    sendHtml(response, page(next, isOver ? { note: OVER } : {}), 200);
  });
  router.post('/sign-in', async (request, response) => {
    const form = formOf(request);
    const [name, password] = [form.get('name')?.trim() ?? '', form.get('password') ?? ''];
    const next = safeNext(form.get('next'));
    if (isOtherSite(request, options)) {
      await tellOtherSite(desk, request);
      sendHtml(response, page(next, { fault: OTHER_SITE }), 403);
      return;
    }
    if (!hasPasswords) {
      await tellSignInFailed(desk, request, 'passwords_off', name);
      sendHtml(response, page(next, { fault: NO_PASSWORDS }), 403);
      return;
    }
    const from = clientAddress(request);
    const given = { name, password, from, device: device.read(request) };
    const result = await signInWithPassword(desk.pool, given, tries);
    if (result.kind === 'signed_in') {
      await enter(options, request, response, { token: result.token, next });
      return;
    }
    if (result.kind === 'second_step') {
      passkeyCookie.set(response, result.token);
      response.redirect(303, href(['sign-in', 'second-step'], { next }));
      return;
    }
    await tellSignInFailed(desk, request, result.kind, name);
    const { status, fault, retryAfterSeconds } = faultOf(result);
    if (retryAfterSeconds !== undefined) response.set('retry-after', String(retryAfterSeconds));
    sendHtml(response, page(next, { fault, name }), status);
  });

  router.get('/sign-in/link', (request, response) => {
    const next = safeNext(queryOf(request, 'next'));
    sendHtml(response, signInLinkPage(true, next), 200);
  });
  router.post('/sign-in/link', async (request, response) => {
    const form = formOf(request);
    const next = safeNext(form.get('next'));
    if (isOtherSite(request, options)) {
      await tellOtherSite(desk, request);
      sendHtml(response, page(next, { fault: OTHER_SITE }), 403);
      return;
    }
    const from = clientAddress(request);
    const key = keyIn(form.get('key') ?? '');
    const token = isSecret(key)
      ? await guard.find(key, from, () => signInWithLink(desk.pool, key, from))
      : null;
    if (token === null) {
      await tellSignInFailed(desk, request, 'link');
      const fault = 'This link was already used, or has expired. Ask for a new one.';
      sendHtml(response, signInLinkPage(false, next, fault), 422);
      return;
    }
    await enter(options, request, response, { token, next });
  });
  router.use(createPasskeySignInRouter(options, tries));
  if (company !== null) router.use(createCompanySignInRouter(options, company));
  return router;
};
