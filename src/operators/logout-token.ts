import { createHash } from 'node:crypto';
import type { JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

/** What the provider says has ended. */
export type ProviderLogout = Readonly<{
  /** Of the token's own id: no token is followed twice. */
  tokenHash: Buffer;
  /** `<issuer> <subject>`; null where only a session is named. */
  identity: string | null;
  /** The provider's session; null: all of the subject's. */
  providerSession: string | null;
}>;

/**
 * Why a token wasn't followed: it can't be read; nobody of the provider's signed it; it isn't of the type of logout
 * tokens; it says something else than one for us would, or at another time; the provider's keys can't be asked for.
 */
export type LogoutFault = 'unreadable' | 'signature' | 'type' | 'claims' | 'provider';

/** It isn't one, or isn't for us, or isn't the provider's, or its keys can't be asked for. */
export class LogoutTokenError extends Error {
  override readonly name = 'LogoutTokenError';
  readonly why: LogoutFault;

  constructor(why: LogoutFault, options?: ErrorOptions) {
    super(`a logout token was refused (${why})`, options);
    this.why = why;
  }
}

/** Signed with a key of the provider's own: never `none`, never a secret that we know, too. */
const ALGORITHMS = [
  ...['RS', 'PS', 'ES'].flatMap(kind => [`${kind}256`, `${kind}384`, `${kind}512`]),
  'EdDSA',
  'Ed25519',
];
/** A token is older than that when somebody has kept it. */
const OLDEST_SECONDS = 10 * 60;
const CLOCK_SECONDS = 60;
const LONGEST = 20_000;
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const text = z.string().min(1);
const claimsSchema = z
  .looseObject({
    iss: text,
    jti: text,
    sub: text.optional(),
    sid: text.optional(),
    events: z.looseObject({ [EVENT]: z.looseObject({}) }),
    nonce: z.never().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined, { error: 'names nobody' });

const TYPE = 'logout+jwt';

/** By the codes of `jose`. */
const FAULTS: Readonly<Record<string, LogoutFault>> = {
  ERR_JWS_INVALID: 'unreadable',
  ERR_JWT_INVALID: 'unreadable',
  ERR_JOSE_NOT_SUPPORTED: 'unreadable',
  ERR_JOSE_ALG_NOT_ALLOWED: 'signature',
  ERR_JWKS_NO_MATCHING_KEY: 'signature',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'signature',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature',
  ERR_JWT_EXPIRED: 'claims',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'claims',
};

/**
 * Reads a logout token, and believes it only if the provider has made it for us, just now, and as one. Its type is
 * insisted on, so that no other token that the provider signs can pass for one: the standard recommends that it is
 * sent, and the usual providers do (Keycloak since 25, Auth0, Okta).
 * Source: OpenID Connect Back-Channel Logout 1.0, sections 2.4, 2.6 and 4.1; OWASP ASVS 5.0, 10.5.5.
 *
 * @throws LogoutTokenError
 */
export const readLogoutToken = async (
  token: string,
  { issuer, clientId, keys }: { issuer: string; clientId: string; keys: JWTVerifyGetKey },
): Promise<ProviderLogout> => {
  if (token.length > LONGEST) throw new LogoutTokenError('unreadable');
  const { jwtVerify } = await import('jose');
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'iat'],
      maxTokenAge: OLDEST_SECONDS,
      clockTolerance: CLOCK_SECONDS,
    });
    if (!isOfType(protectedHeader.typ)) throw new LogoutTokenError('type');
    const { iss, jti, sub, sid } = claimsSchema.parse(payload);
    return {
      tokenHash: createHash('sha256').update(`${iss} ${jti}`).digest(),
      identity: sub === undefined ? null : `${iss} ${sub}`,
      providerSession: sid ?? null,
    };
  } catch (error) {
    if (error instanceof LogoutTokenError) throw error;
    throw new LogoutTokenError(faultOf(error), { cause: error });
  }
};

/** Media types are told in any case, and their first part may be left out. Source: RFC 7515, section 4.1.9. */
const isOfType = (type: string | undefined): boolean =>
  type?.toLowerCase().replace(/^application\//, '') === TYPE;

const faultOf = (error: unknown): LogoutFault => {
  if (error instanceof z.ZodError) return 'claims';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return FAULTS[code] ?? 'provider';
};
