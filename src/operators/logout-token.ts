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

/** It isn't one, or isn't for us, or isn't the provider's, or its keys can't be asked for. */
export class LogoutTokenError extends Error {
  override readonly name = 'LogoutTokenError';
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

const TYPES = [undefined, 'JWT', 'logout+jwt', 'application/logout+jwt'];

/**
 * Reads a logout token, and believes it only if the provider has made it for us, just now, and as one.
 * Source: OpenID Connect Back-Channel Logout 1.0, section 2.6.
 *
 * @throws LogoutTokenError
 */
export const readLogoutToken = async (
  token: string,
  { issuer, clientId, keys }: { issuer: string; clientId: string; keys: JWTVerifyGetKey },
): Promise<ProviderLogout> => {
  if (token.length > LONGEST) throw new LogoutTokenError('the logout token is too long');
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
    if (!TYPES.includes(protectedHeader.typ)) throw new Error(`its type is ${protectedHeader.typ}`);
    const { iss, jti, sub, sid } = claimsSchema.parse(payload);
    return {
      tokenHash: createHash('sha256').update(`${iss} ${jti}`).digest(),
      identity: sub === undefined ? null : `${iss} ${sub}`,
      providerSession: sid ?? null,
    };
  } catch (error) {
    throw new LogoutTokenError('a logout token was refused', { cause: error });
  }
};
