import { type Request, type Response, Router } from 'express';
import { clientAddress } from '../../http/client-address.ts';
import { type CompanySignInResult, signInFromCompany } from '../../operators/company-sign-in.ts';
import { ProviderError } from '../../operators/openid-connect.ts';
import { relyingPartyOf } from '../../operators/passkeys/relying-party.ts';
import type { ConsoleOptions } from '../options.ts';
import { sendHtml } from '../send.ts';
import { href } from '../view/html.ts';
import type { Company } from './company.ts';
import { enter } from './enter.ts';
import { safeNext } from './next.ts';
import { tellSignInFailed } from './security.ts';
import { notSignedInPage, signInPage } from './sign-in-pages.ts';

const NOBODY = {
  no_group: {
    title: 'Your account has no access',
    sentence:
      'Your company account isn’t in a group that can use this console. Ask an admin which group you need, and ask whoever manages your company’s accounts to add you to it.',
  },
  disabled: {
    title: 'Your account is disabled',
    sentence: 'An admin has disabled your account in this console. Ask them to enable it.',
  },
} as const satisfies Record<Exclude<CompanySignInResult['kind'], 'signed_in'>, object>;

const NOT_BEGUN =
  'This sign-in wasn’t started in this browser, or was started too long ago, so you weren’t signed in. Try again.';
const REFUSED =
  'Your company’s sign-in was cancelled or failed, so you weren’t signed in. Try again.';
const UNREACHABLE = 'Your company’s sign-in can’t be reached right now. Try again in a moment';
const ELSE = {
  passwords: ', or sign in with a password.',
  // What only whoever runs this can do.
  links:
    '. If that doesn’t help, whoever runs this console can make you a sign-in link on the command line.',
} as const;

/** Signing in with the company's account: there and back. */
export const createCompanySignInRouter = (
  options: ConsoleOptions,
  { provider, settings, cookie, seal, vault }: Company,
): Router => {
  const { desk, log } = options;
  const router = Router();

  const tellOfProvider = async (
    request: Request,
    response: Response,
    error: unknown,
    next: string,
  ): Promise<void> => {
    if (!(error instanceof ProviderError)) throw error;
    log.warn({ err: error }, 'a sign-in with a company account failed');
    await tellSignInFailed(desk, request, 'provider');
    if (error.kind === 'refused') {
      sendHtml(response, notSignedInPage('You are not signed in', REFUSED, next), 403);
      return;
    }
    response.set('retry-after', '30');
    const { hasPasswords: passwords } = desk.config;
    const fault = UNREACHABLE + ELSE[passwords ? 'passwords' : 'links'];
    const passkeys = passwords ? relyingPartyOf(options.publicUrl) : null;
    sendHtml(response, signInPage({ company: true, passwords, passkeys }, next, { fault }), 503);
  };

  // A link, not a form: the policy for forms lets none of them lead elsewhere.
  router.get('/sign-in/company', async (request, response) => {
    const given = request.query.next;
    const next = safeNext(typeof given === 'string' ? given : null);
    try {
      const { url, begun } = await provider.begin();
      cookie.set(response, seal.seal({ ...begun, next }));
      response.redirect(303, url);
    } catch (error) {
      await tellOfProvider(request, response, error, next);
    }
  });

  router.get('/sign-in/company/callback', async (request: Request, response) => {
    const sealed = cookie.read(request);
    const begun = sealed === null ? null : seal.open(sealed);
    // Used up, whatever comes of it.
    cookie.clear(response);
    if (begun === null || request.query.state !== begun.state) {
      await tellSignInFailed(desk, request, 'not_begun');
      sendHtml(response, notSignedInPage('You are not signed in', NOT_BEGUN, href([])), 403);
      return;
    }
    const next = safeNext(begun.next);
    try {
      const { search } = new URL(request.originalUrl, 'http://localhost');
      const identity = await provider.finish(search, begun);
      const kept = { ...identity, idToken: vault.lock(identity.idToken) };
      const result = await signInFromCompany(desk.pool, settings, kept, clientAddress(request));
      if (result.kind === 'signed_in') {
        await enter(options, request, response, { token: result.token, next });
        return;
      }
      await tellSignInFailed(desk, request, result.kind);
      const { title, sentence } = NOBODY[result.kind];
      sendHtml(response, notSignedInPage(title, sentence, next), 403);
    } catch (error) {
      await tellOfProvider(request, response, error, next);
    }
  });
  return router;
};
