import type { Request } from 'express';
import type { Actor } from '../access/actor.ts';
import { HttpError } from '../http/errors.ts';
import { type Refusal, useToken } from '../operators/use-token.ts';
import type { Desk } from '../support/desk.ts';

const LONGEST_KEY = 255;

/** Who calls: the token's holder with what they may just now, the secret that they showed, and when that ends. */
export type Caller = Readonly<{ actor: Actor; tokenId: number; secret: string; endsAt: Date }>;

/** @throws HttpError 401 where there is no good token, 400 for an Idempotency-Key that can't be one */
export const authenticate = async (
  { pool }: Pick<Desk, 'pool'>,
  request: Request,
): Promise<Caller> => {
  const [, secret = ''] = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  const token = await useToken(pool, secret);
  if (token.kind === 'refused') {
    const headers = { 'www-authenticate': 'Bearer' };
    throw new HttpError(401, 'unauthorized', REFUSALS[token.why], headers);
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

const idempotencyKeyOf = (request: Request): string | null => {
  const key = request.get('idempotency-key') ?? null;
  if (key === null || (key !== '' && key.length <= LONGEST_KEY)) return key;
  const message = `An Idempotency-Key must have 1 to ${LONGEST_KEY} characters.`;
  throw new HttpError(400, 'bad_request', message);
};
