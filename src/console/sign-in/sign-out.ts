import { type Request, Router } from 'express';
import { tellRefused, tellSignedOut } from '../../audit-log/security-rows.ts';
import { baseHere } from '../../http/mount.ts';
import { originOf } from '../../http/security-log.ts';
import { LogoutTokenError } from '../../operators/logout-token.ts';
import { ProviderError } from '../../operators/openid-connect.ts';
import { followLogout } from '../../operators/provider-logout.ts';
import { endSession, isCsrf } from '../../operators/sessions.ts';
import { operatorActor } from '../../operators/sign-in.ts';
import { expiredForm } from '../faults.ts';
import type { ConsoleOptions } from '../options.ts';
import { sendHtml } from '../send.ts';
import { href } from '../view/html.ts';
import type { Company } from './company.ts';
import { anySessionOf } from './session-of.ts';
import { signedOutPage } from './sign-in-pages.ts';

const fieldOf = (request: Request, name: string): string =>
  new URLSearchParams(typeof request.body === 'string' ? request.body : '').get(name) ?? '';

/**
 * What a browser forgets when somebody signs out: pages that it would show on Back, and whatever an extension or an
 * earlier version stored. Not cookies: the one by which it is known as theirs lets nobody in, and keeps strangers from
 * locking them out. Source: W3C Clear Site Data, section 3.1.
 */
const CLEARED = '"cache", "storage"';
/** Where the host is the app's, so is what is stored there: `"storage"` would empty it. */
const CLEARED_BESIDE_APP = '"cache"';

/** Signing out: here, at the company's provider, and because somebody signed out there. */
export const createSignOutRouter = (options: ConsoleOptions): Router => {
  const { desk, cookie, company, ownsHost, log } = options;
  const router = Router();

  /** Null where there is nothing to end, or nobody to ask. @param idToken locked */
  const endAtProvider = async (idToken: string | null): Promise<string | null> => {
    const hint = idToken === null ? null : (company?.vault.unlock(idToken) ?? null);
    if (company === null || hint === null) return null;
    try {
      return await company.provider.endSessionUrl(hint);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      log.warn({ err: error }, 'someone signed out here only, not at the company’s provider');
      return null;
    }
  };

  router.post('/sign-out', async (request, response) => {
    const session = await anySessionOf(options, request);
    let url: string | null = null;
    if (session !== null && isCsrf(session, fieldOf(request, 'csrf'))) {
      await tellSignedOut(desk, originOf(request), operatorActor(session.operator));
      const idToken = await endSession(desk.pool, session);
      cookie.clear(response);
      const isAlone = ownsHost && baseHere() === '';
      response.set('clear-site-data', isAlone ? CLEARED : CLEARED_BESIDE_APP);
      url = await endAtProvider(idToken);
    } else if (session !== null) {
      const who = operatorActor(session.operator);
      await tellRefused(desk, originOf(request), who, expiredForm(), 'view');
    }
    if (url === null) {
      response.redirect(303, href(['sign-in']));
      return;
    }
    // A page, no redirect: the policy for forms lets none of them lead elsewhere.
    response.set('refresh', `0;url=${url}`);
    sendHtml(response, signedOutPage(url), 200);
  });

  if (company !== null) addBackChannel(router, options, company);
  return router;
};

/** The provider's own request, which no browser sends: its signed token says who it is from. */
const addBackChannel = (
  router: Router,
  { desk, log }: ConsoleOptions,
  { provider }: Company,
): void => {
  router.post('/sign-in/company/back-channel-logout', async (request, response) => {
    try {
      const logout = await provider.readLogout(fieldOf(request, 'logout_token'));
      const ended = await followLogout(desk.pool, logout);
      log.info({ ended }, 'the company’s provider ended a session');
      response.status(200).end();
    } catch (error) {
      if (!(error instanceof LogoutTokenError) && !(error instanceof ProviderError)) throw error;
      const why = error instanceof LogoutTokenError ? error.why : 'provider';
      await desk.security.tell('logout_refused', originOf(request), { why });
      log.debug({ err: error }, 'a logout from the company’s provider was refused');
      // Whatever stood in its way. Source: OpenID Connect Back-Channel Logout 1.0, section 2.8.
      response.status(400).json({ error: 'invalid_request' });
    }
  });
};
