import type { ClientAuth, Configuration } from 'openid-client';
import type { OpenIdConnect } from '../config/openid-connect.ts';
import { LogoutTokenError, type ProviderLogout, readLogoutToken } from './logout-token.ts';

/** What the browser must bring back for a sign-in to go on: kept in its cookie meanwhile. */
type Begun = Readonly<{ state: string; nonce: string; verifier: string }>;

/** Who the provider says it is. */
export type Identity = Readonly<{
  /** `<issuer> <subject>`: the only part that no one can choose for themselves. */
  key: string;
  /** Names to call them by, the best first. */
  names: readonly string[];
  groups: readonly string[];
  /** The provider's name of its session (`sid`), where it has one. */
  providerSession: string | null;
  /** With which its session is ended again. */
  idToken: string;
}>;

/** The company's provider. */
export type Provider = Readonly<{
  /** @returns where to send the browser @throws ProviderError */
  begin: () => Promise<{ url: string; begun: Begun }>;
  /** @param query what the browser came back with @throws ProviderError */
  finish: (query: string, begun: Begun) => Promise<Identity>;
  /**
   * Where a browser ends its session at the provider; null where that offers no such thing. Nothing leads back:
   * that would have to be registered there. Source: OpenID Connect RP-Initiated Logout 1.0.
   *
   * @throws ProviderError
   */
  endSessionUrl: (idToken: string) => Promise<string | null>;
  /** What a logout token says. @throws LogoutTokenError, ProviderError */
  readLogout: (token: string) => Promise<ProviderLogout>;
}>;

/** The provider can't be asked, or does not say who it is. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  /** `refused`: it answered, and not with a yes (a cancelled sign-in, a code that was used before). */
  readonly kind: 'unreachable' | 'refused';

  constructor(kind: 'unreachable' | 'refused', cause: unknown) {
    super(
      `the OpenID Connect provider ${kind === 'refused' ? 'refused the sign-in' : "can't be reached"}`,
      {
        cause,
      },
    );
    this.kind = kind;
  }
}

/** Servers take some 8 kB. */
const LONGEST_URL = 6_000;
const TIMEOUT_SECONDS = 8;
/** What the provider says of itself is asked again after so long. */
const KNOWN_FOR_MS = 60 * 60_000;

type Library = typeof import('openid-client');

/** @param redirectUrl where the provider sends the browser back to; registered there */
export const createProvider = (settings: OpenIdConnect, redirectUrl: string): Provider => {
  const configured = remember(() => discover(settings));
  const keysOf = remember(async () => {
    const { config } = await configured();
    const { jwks_uri } = config.serverMetadata();
    if (jwks_uri === undefined) throw new LogoutTokenError('provider');
    const { createRemoteJWKSet } = await import('jose');
    // It asks for keys it doesn't know at most twice a minute, whatever tokens come.
    return createRemoteJWKSet(new URL(jwks_uri));
  });
  return {
    begin: async () => {
      const { library, config } = await configured();
      const begun = {
        state: library.randomState(),
        nonce: library.randomNonce(),
        verifier: library.randomPKCECodeVerifier(),
      };
      const url = library.buildAuthorizationUrl(config, {
        redirect_uri: redirectUrl,
        scope: scopeFor(config, settings),
        state: begun.state,
        nonce: begun.nonce,
        code_challenge: await library.calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, begun };
    },
    finish: async (query, begun) => {
      const { library, config } = await configured();
      try {
        const url = new URL(`${redirectUrl}${query}`);
        const { claims, idToken } = await readClaims(library, config, settings, url, begun);
        return { ...toIdentity(settings, claims), idToken };
      } catch (error) {
        throw toProviderError(library, error);
      }
    },
    endSessionUrl: async idToken => {
      const { library, config } = await configured();
      if (config.serverMetadata().end_session_endpoint === undefined) return null;
      const { href } = library.buildEndSessionUrl(config, { id_token_hint: idToken });
      // Without the hint the provider asks whether they mean it.
      return href.length <= LONGEST_URL ? href : library.buildEndSessionUrl(config).href;
    },
    readLogout: async token => {
      const { config } = await configured();
      const { issuer } = config.serverMetadata();
      return readLogoutToken(token, { issuer, clientId: settings.clientId, keys: await keysOf() });
    },
  };
};

/** Asked once, and again after an hour or a failure. */
const remember = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let known: { answer: Promise<T>; until: number } | null = null;
  return () => {
    if (known === null || Date.now() > known.until) {
      const answer = ask();
      known = { answer, until: Date.now() + KNOWN_FOR_MS };
      answer.catch(() => {
        known = null; // Told to whoever asked.
      });
    }
    return known.answer;
  };
};

const discover = async ({ issuer, clientId, clientSecret }: OpenIdConnect) => {
  // Only here: it costs nothing where no provider is set.
  const library = await import('openid-client');
  const server = new URL(issuer);
  const { allowInsecureRequests, enableNonRepudiationChecks } = library;
  try {
    const config = await library.discovery(
      server,
      clientId,
      clientSecret,
      secretAsKnownTo(library, clientSecret),
      {
        timeout: TIMEOUT_SECONDS,
        execute: [
          enableNonRepudiationChecks,
          // The settings allow it for this machine only.
          ...(server.protocol === 'http:' ? [allowInsecureRequests] : []),
        ],
      },
    );
    return { library, config };
  } catch (error) {
    throw new ProviderError('unreachable', error);
  }
};

/** Basic is what a provider that says nothing takes. Source: OpenID Connect Discovery 1.0, section 3. */
const secretAsKnownTo = (library: Library, secret: string): ClientAuth => {
  const [basic, post] = [library.ClientSecretBasic(secret), library.ClientSecretPost(secret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return methods.includes('client_secret_basic') ? basic(server, ...rest) : post(server, ...rest);
  };
};

/** Some providers give the groups only where their scope is asked for; others refuse a scope they don't know. */
const scopeFor = (config: Configuration, { groupsClaim }: OpenIdConnect): string => {
  const known = config.serverMetadata().scopes_supported ?? [];
  return ['openid', 'profile', 'email', ...(known.includes(groupsClaim) ? [groupsClaim] : [])].join(
    ' ',
  );
};

type Claims = Readonly<Record<string, unknown> & { iss: string; sub: string }>;

const readClaims = async (
  library: Library,
  config: Configuration,
  { groupsClaim }: OpenIdConnect,
  url: URL,
  { state, nonce, verifier }: Begun,
): Promise<{ claims: Claims; idToken: string }> => {
  const tokens = await library.authorizationCodeGrant(config, url, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  const { id_token: idToken } = tokens;
  if (claims === undefined || idToken === undefined) {
    throw new TypeError('an ID token was insisted on');
  }
  const isComplete = Object.hasOwn(claims, groupsClaim);
  if (isComplete || config.serverMetadata().userinfo_endpoint === undefined) {
    return { claims, idToken };
  }
  const more = await library.fetchUserInfo(config, tokens.access_token, claims.sub);
  return { claims: { ...more, ...claims }, idToken };
};

const toIdentity = ({ groupsClaim }: OpenIdConnect, claims: Claims): Omit<Identity, 'idToken'> => {
  const groups = Object.hasOwn(claims, groupsClaim) ? claims[groupsClaim] : [];
  return {
    key: `${claims.iss} ${claims.sub}`,
    names: [claims.name, claims.email, claims.preferred_username].flatMap(asText),
    groups: [groups].flat().flatMap(asText),
    providerSession: asText(claims.sid)[0] ?? null,
  };
};

const asText = (value: unknown): string[] => (typeof value === 'string' ? [value] : []);

const toProviderError = (library: Library, error: unknown): unknown => {
  const { AuthorizationResponseError, ClientError, ResponseBodyError } = library;
  if (error instanceof ResponseBodyError && error.status >= 500) {
    return new ProviderError('unreachable', error);
  }
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return new ProviderError('refused', error);
  }
  const unreachable = [
    'OAUTH_TIMEOUT',
    'OAUTH_RESPONSE_IS_NOT_CONFORM',
    'OAUTH_RESPONSE_IS_NOT_JSON',
  ];
  if (error instanceof ClientError) {
    const kind = unreachable.includes(error.code ?? '') ? 'unreachable' : 'refused';
    return new ProviderError(kind, error);
  }
  // What fetch throws where there is nobody.
  return error instanceof TypeError ? new ProviderError('unreachable', error) : error;
};
