import type { OpenIdConnect } from '../../config/openid-connect.ts';
import { BEGUN_MINUTES, createSeal } from '../../operators/begun-sign-in.ts';
import { createProvider, type Provider } from '../../operators/openid-connect.ts';
import { createVault } from '../../ops/vault.ts';
import { href } from '../view/html.ts';
import { type BegunCookie, createBegunCookie } from './cookie.ts';

/** The company's own sign-in. */
export type Company = Readonly<{
  provider: Provider;
  settings: OpenIdConnect;
  cookie: BegunCookie;
  seal: ReturnType<typeof createSeal>;
  /** Where ID tokens are kept. */
  vault: ReturnType<typeof createVault>;
}>;

const CALLBACK = ['sign-in', 'company', 'callback'];

export const createCompany = (
  settings: OpenIdConnect,
  { publicUrl, isSecure }: { publicUrl: string; isSecure: boolean },
): Company => ({
  provider: createProvider(settings, publicUrl + href(CALLBACK)),
  settings,
  cookie: createBegunCookie(isSecure, BEGUN_MINUTES * 60),
  seal: createSeal(settings.clientSecret),
  vault: createVault(settings.clientSecret, 'id token'),
});
