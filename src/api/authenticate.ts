import type { Request } from 'express';
import type { Actor } from '../access/actor.ts';
import { clientAddress } from '../http/client-address.ts';
import { HttpError } from '../http/errors.ts';
import type { SecretGuard } from '../http/secret-guard.ts';
import { isToken, type Refusal, type UsableToken, useToken } from '../operators/use-token.ts';
import type { Desk } from '../support/desk.ts';

const LONGEST_KEY = 255;

/** Who calls: the token's holder with what they may just now, the secret that they showed, and when that ends. */
export type Caller = Readonly<{ actor: Actor; tokenId: number; secret: string; endsAt: Date }>;

/** @throws HttpError 401 where there is no good token, 429 after too many unknown ones, 400 for an Idempotency-Key that can't be one */
export const authenticate = async (
  { pool, guard }: Pick<Desk, 'pool'> & { guard: SecretGuard },
  request: Request,
): Promise<Caller> => {
  const [, secret = ''] = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  const token = isToken(secret)
    ? await guard.find(secret, clientAddress(request), () => look(pool, secret))
    : null;
  if (token === null || token.kind === 'refused') {
    const headers = { 'www-authenticate': 'Bearer' };
    throw new HttpError(401, 'unauthorized', REFUSALS[token?.why ?? 'unknown'], headers);
  }
  const { id, name, role, grant, owner, endsAt } = token;
  const idempotencyKey = idempotencyKeyOf(request);
  return {
    actor: {
      key: `token:${id}`,
      name,
      role,
      face: 'api',
      idempotencyKey,
      owner: owner === null ? null : { key: `operator:${owner.id}`, name: owner.name },
      grant,
    },
    tokenId: id,
    secret,
    endsAt,
  };
};

const REFUSALS = {
  unknown: 'Send "authorization: Bearer <token>" with a token from "token create".',
  revoked: 'This token was revoked. Create a new one with "token create".',
  expired: 'This token has expired. Rotate it with "token rotate", or create a new one.',
  rotated: 'This token was rotated, and its old secret no longer works. Use the new one.',
  owner_disabled: 'This token’s owner is disabled. Someone else must create a new one.',
} as const satisfies Record<Refusal['why'], string>;

/** What was once a token is known, too: whoever has it is told why it fails. */
const look = async (pool: Desk['pool'], secret: string): Promise<UsableToken | Refusal | null> => {
  const token = await useToken(pool, secret);
  return token.kind === 'refused' && token.why === 'unknown' ? null : token;
};

const idempotencyKeyOf = (request: Request): string | null => {
  const key = request.get('idempotency-key') ?? null;
  if (key === null || (key !== '' && key.length <= LONGEST_KEY)) return key;
  const message = `An Idempotency-Key must have 1 to ${LONGEST_KEY} characters.`;
  throw new HttpError(400, 'bad_request', message);
};
