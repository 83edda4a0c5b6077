import { type Request, type Response, Router } from 'express';
import { type Budget, createBudget } from '../../access/budget.ts';
import { networkOf } from '../../access/network.ts';
import { clientAddress } from '../../http/client-address.ts';
import { isSecondStep } from '../../operators/passkeys/challenges.ts';
import { relyingPartyOf } from '../../operators/passkeys/relying-party.ts';
import {
  askSecondStep,
  beginPasskeySignIn,
  type PasskeyFault,
  type Step,
  signInWithPasskey,
} from '../../operators/passkeys/sign-in.ts';
import { isKnownDevice } from '../../operators/places.ts';
import type { ConsoleOptions } from '../options.ts';
import { sendHtml } from '../send.ts';
import { href } from '../view/html.ts';
import { enter } from './enter.ts';
import { formOf, queryOf } from './fields.ts';
import { safeNext } from './next.ts';
import { isOtherSite } from './origin.ts';
import { secondStepPage } from './passkey-pages.ts';
import { tellOtherSite, tellPasskeyRefused, tellSignInFailed } from './security.ts';
import { notSignedInPage } from './sign-in-pages.ts';

/** Questions that one network's strangers, or one known browser, may ask for at once, and a second: each is a row for five minutes. */
const QUESTIONS = { atOnce: 30, perSecond: 1 / 2 } as const;

const NOT = 'You are not signed in';
const FAULTS = {
  other: 'This form was sent from another site, so nothing was done. Sign in here.',
  off: 'Passkeys are switched off here, so you weren’t signed in. Use your company account.',
  nowhere:
    'Passkeys don’t work at this address. Whoever runs this console has to set CONSOLE_URL to a name, with https://.',
  not_begun:
    'This took longer than five minutes, or was started in another browser, so you weren’t signed in. Try again.',
  refused:
    'This passkey didn’t let you in: it isn’t one of this console’s, or it was removed. Try another one, or sign in another way.',
  counter:
    'This passkey has signed fewer times than before, so there may be a copy of it, and it didn’t let you in. Sign in another way, tell an admin, and replace it.',
} as const;

const FAULT_OF = {
  passkey_not_begun: 'not_begun',
  passkey_unknown: 'refused',
  passkey_wrong: 'refused',
  passkey_counter: 'counter',
} as const satisfies Record<PasskeyFault, keyof typeof FAULTS>;

/** Signing in with a passkey alone, and with one after the password. */
export const createPasskeySignInRouter = (options: ConsoleOptions, tries: Budget): Router => {
  const { desk, device, passkeyCookie: cookie, publicUrl } = options;
  const rp = relyingPartyOf(publicUrl);
  const questions = createBudget(QUESTIONS);
  const router = Router();

  /** Strangers share their network's budget; a browser that somebody has signed in with has one of its own. */
  const whoseBudget = async (request: Request): Promise<string> => {
    const own = device.read(request);
    return own !== null && (await isKnownDevice(desk.pool, own))
      ? `device:${own}`
      : networkOf(clientAddress(request));
  };

  const refuse = (
    response: Response,
    status: number,
    fault: keyof typeof FAULTS,
    next: string,
  ): void => sendHtml(response, notSignedInPage(NOT, FAULTS[fault], next), status);

  const wait = async (
    request: Request,
    response: Response,
    next: string,
    seconds: number,
  ): Promise<void> => {
    await tellSignInFailed(desk, request, 'wait');
    response.set('retry-after', String(seconds));
    const fault = `Too many failed attempts. Try again in ${seconds} s.`;
    sendHtml(response, notSignedInPage(NOT, fault, next), 429);
  };

  /** @returns whether it goes on; if not, it is answered */
  const isLetOn = async (request: Request, response: Response, next: string): Promise<boolean> => {
    if (isOtherSite(request, options)) {
      await tellOtherSite(desk, request);
      refuse(response, 403, 'other', next);
      return false;
    }
    if (!desk.config.hasPasswords) {
      await tellSignInFailed(desk, request, 'passwords_off');
      refuse(response, 403, 'off', next);
      return false;
    }
    if (rp !== null) return true;
    refuse(response, 409, 'nowhere', next);
    return false;
  };

  const askAt = (path: string, ask: (request: Request, response: Response) => Promise<unknown>) =>
    router.post(path, async (request, response) => {
      const next = safeNext(formOf(request).get('next'));
      if (!(await isLetOn(request, response, next))) return;
      const seconds = questions.take(await whoseBudget(request));
      if (seconds > 0) {
        await wait(request, response, next, seconds);
        return;
      }
      const asked = await ask(request, response);
      if (asked === null) refuse(response, 422, 'not_begun', next);
      else response.json({ get: asked });
    });

  const signInAt = (path: string, step: Step): void => {
    router.post(path, async (request, response) => {
      const form = formOf(request);
      const next = safeNext(form.get('next'));
      if (!(await isLetOn(request, response, next)) || rp === null) return;
      const whose = await whoseBudget(request);
      const seconds = tries.take(whose);
      if (seconds > 0) {
        await wait(request, response, next, seconds);
        return;
      }
      const token = cookie.read(request);
      cookie.clear(response);
      const credential = form.get('credential') ?? '';
      const from = clientAddress(request);
      const result = await signInWithPasskey(desk.pool, rp, { step, token, credential, from });
      if (result.kind === 'signed_in') {
        tries.giveBack(whose);
        await enter(options, request, response, { token: result.token, next });
        return;
      }
      await tellPasskeyRefused(desk, request, result);
      refuse(response, 422, FAULT_OF[result.why], next);
    });
  };

  askAt('/sign-in/passkey/options', async (_request, response) => {
    if (rp === null) return null;
    const { token, options: asked } = await beginPasskeySignIn(desk.pool, rp);
    cookie.set(response, token);
    return asked;
  });
  askAt('/sign-in/second-step/options', async request =>
    rp === null ? null : askSecondStep(desk.pool, rp, cookie.read(request) ?? ''),
  );
  signInAt('/sign-in/passkey', 'sign_in');
  signInAt('/sign-in/second-step', 'second_step');

  router.get('/sign-in/second-step', async (request, response) => {
    const next = safeNext(queryOf(request, 'next'));
    if (await isSecondStep(desk.pool, cookie.read(request) ?? '')) {
      sendHtml(response, secondStepPage(rp, next), 200);
      return;
    }
    response.redirect(303, href(['sign-in'], { next }));
  });
  return router;
};
