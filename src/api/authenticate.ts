import type { Request } from 'express';
import type { Actor } from '../access/actor.ts';
import { clientAddress } from '../http/client-address.ts';
import { HttpError } from '../http/errors.ts';
import type { SecretGuard } from '../http/secret-guard.ts';
import { originOf } from '../http/security-log.ts';
import { findToken, isToken } from '../operators/tokens.ts';
import type { Desk } from '../support/desk.ts';

const LONGEST_KEY = 255;

/** Who calls: the token's holder, and the secret that they showed. */
export type Caller = Readonly<{ actor: Actor; tokenId: number; secret: string }>;

/** @throws HttpError 401 where there is no good token, 429 after too many unknown ones, 400 for an Idempotency-Key that can't be one */
export const authenticate = async (
  { pool, security, guard }: Pick<Desk, 'pool' | 'security'> & { guard: SecretGuard },
  request: Request,
): Promise<Caller> => {
  const [, secret = ''] = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  const token = isToken(secret)
    ? await guard.find(secret, clientAddress(request), () => findToken(pool, secret))
    : null;
  if (token === null) {
    const why = request.headers.authorization === undefined ? 'none was sent' : 'unknown';
    await security.tell('token_refused', originOf(request), { why });
    const message = 'Send "authorization: Bearer <token>" with a token from "token create".';
    throw new HttpError(401, 'unauthorized', message, { 'www-authenticate': 'Bearer' });
  }
  const { id, name, role } = token;
  const idempotencyKey = idempotencyKeyOf(request);
  return {
    actor: { key: `token:${id}`, name, role, face: 'api', idempotencyKey },
    tokenId: id,
    secret,
  };
};

const idempotencyKeyOf = (request: Request): string | null => {
  const key = request.get('idempotency-key') ?? null;
  if (key === null || (key !== '' && key.length <= LONGEST_KEY)) return key;
  const message = `An Idempotency-Key must have 1 to ${LONGEST_KEY} characters.`;
  throw new HttpError(400, 'bad_request', message);
};
