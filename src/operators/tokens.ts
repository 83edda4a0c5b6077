import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { invalid, SupportError } from '../access/errors.ts';
import { mayGive } from '../access/permissions.ts';
import { insistOnNewRequest } from '../audit-log/idempotency.ts';
import { recordChange } from '../audit-log/record.ts';
import { type Client, inTransaction } from '../db/client.ts';
import { drizzle, eq, sql } from '../db/drizzle.ts';
import { apiTokens, formerTokenSecrets } from '../db/schema-operators.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { type ApiToken, lockToken, readToken } from './token-record.ts';
import {
  checkRequest,
  DEFAULT_LIFETIME_HOURS,
  DEFAULT_OVERLAP_HOURS,
  insistOnCovering,
  lifetimeFault,
  lockOwner,
  type Owner,
  operatorIdOf,
  overlapFault,
  type TokenRequest,
} from './token-rights.ts';
import { TOKEN_PREFIX } from './use-token.ts';

const HOUR_MS = 3_600_000;

/** A token, and its secret: shown this once; what is stored can't be turned back into it. */
export type NewSecret = Readonly<{ token: ApiToken; secret: string }>;

/**
 * Makes a token. It ends with its owner: whoever makes it, or in a shell the operator who is named.
 *
 * @throws SupportError `invalid`, `not_found` for the owner, `not_allowed` for what its maker may not
 */
export const createToken = async (
  pool: pg.Pool,
  actor: Actor,
  given: TokenRequest,
): Promise<NewSecret> => {
  insistOn(actor, 'manage_tokens');
  const { name, role, permissions, workspaces } = checkRequest(given);
  insistOnCovering(actor, { role, grant: { permissions, workspaces } });
  const secret = `${TOKEN_PREFIX}${newSecret()}`;
  return inTransaction(pool, async client => {
    await insistOnNewRequest(client, actor, 'create_token');
    const owner = await lockOwner(client, actor, given.owner);
    if (!mayGive(owner.role, role)) {
      const message = `The role of ${owner.name} is "${owner.role}": a token of theirs can't be "${role}".`;
      throw invalid({ role: message });
    }
    const lifetimeHours = await termFor(client, actor, given.lifetimeHours);
    const [row] = await drizzle(client)
      .insert(apiTokens)
      .values({
        name,
        role,
        tokenHash: hashSecret(secret),
        createdBy: actor.name,
        ownerId: owner.id,
        lifetimeHours,
        permissions,
        workspaces,
      })
      .returning({ id: apiTokens.id });
    if (row === undefined) throw new Error('the token was not stored');
    const token = await readToken(client, row.id);
    await recordChange(client, actor, {
      action: 'create_token',
      target: `token:${row.id}`,
      after: told(token),
    });
    return { token, secret };
  });
};

/** What the audit log says of a token. */
const told = (token: ApiToken): Record<string, unknown> => ({
  name: token.name,
  role: token.role,
  owner: token.owner,
  expires_at: token.expires_at,
  ...(token.permissions === null ? {} : { permissions: token.permissions }),
  ...(token.workspaces === null ? {} : { workspaces: token.workspaces }),
});

/**
 * How long a new secret works: what a token makes doesn't outlive it.
 *
 * @param wanted hours; undefined: 90 days, or as long as the token that makes it
 * @throws SupportError `not_allowed`
 */
const termFor = async (
  client: Client,
  { key }: Actor,
  wanted: number | undefined,
): Promise<number> => {
  if (!key.startsWith('token:')) return wanted ?? DEFAULT_LIFETIME_HOURS;
  const { expires_at } = await readToken(client, Number(key.slice('token:'.length)));
  const left = Math.floor((Date.parse(expires_at) - Date.now()) / HOUR_MS);
  if (left >= (wanted ?? 1)) return wanted ?? Math.min(left, DEFAULT_LIFETIME_HOURS);
  const message = `A token can't make one that outlives it: yours expires ${expires_at}.`;
  throw new SupportError('not_allowed', message);
};

/**
 * Gives a token a new secret and a new term. The old secret works on until the overlap is over, though never longer
 * than it would have. Only its owner may: whoever has the secret acts in their name. In a shell one that has no owner
 * gets one.
 *
 * @param given.overlapHours left out: a day; 0: the old secret stops working at once
 * @throws SupportError `invalid`, `not_found`, `not_allowed`, `refused` for one that was revoked
 */
export const rotateToken = async (
  pool: pg.Pool,
  actor: Actor,
  id: number,
  given: {
    overlapHours?: number | undefined;
    lifetimeHours?: number | undefined;
    owner?: string | undefined;
  } = {},
): Promise<NewSecret> => {
  insistOn(actor, 'manage_tokens');
  const { overlapHours = DEFAULT_OVERLAP_HOURS } = given;
  const faults = {
    overlap: overlapFault(overlapHours),
    expires: lifetimeFault(given.lifetimeHours),
  };
  const found = Object.entries(faults).filter((pair): pair is [string, string] => pair[1] !== null);
  if (found.length > 0) throw invalid(Object.fromEntries(found));
  const secret = `${TOKEN_PREFIX}${newSecret()}`;
  return inTransaction(pool, async client => {
    // Before the token, as whoever disables an operator does it.
    const named = given.owner === undefined ? null : await lockOwner(client, actor, given.owner);
    const before = await lockToken(client, id);
    const ownerId = ownerIdFor(actor, before, named);
    if (before.state === 'revoked' || before.state === 'owner_disabled') {
      const why = before.state === 'revoked' ? 'is revoked' : 'ended with its owner';
      throw new SupportError('refused', `Token ${id} ${why}: create a new one.`);
    }
    insistOnCovering(actor, { role: before.effective_role, grant: before });
    const lifetimeHours = await termFor(client, actor, given.lifetimeHours);
    await retireSecret(client, before, overlapHours);
    await drizzle(client)
      .update(apiTokens)
      .set({ tokenHash: hashSecret(secret), secretAt: sql`now()`, lifetimeHours, ownerId })
      .where(eq(apiTokens.id, id));
    const token = await readToken(client, id);
    await recordChange(client, actor, {
      action: 'rotate_token',
      target: `token:${id}`,
      before: told(before),
      after: { ...told(token), old_secret_until: token.old_secret_until },
    });
    return { token, secret };
  });
};

/** Earlier ones that are in their overlap end by then, too. */
const retireSecret = async (
  client: Client,
  { id, expires_at }: ApiToken,
  overlapHours: number,
): Promise<void> => {
  const until = sql`now() + ${overlapHours} * interval '1 hour'`;
  const tx = drizzle(client);
  await tx
    .update(formerTokenSecrets)
    .set({ until: sql`least(${formerTokenSecrets.until}, ${until})` })
    .where(eq(formerTokenSecrets.tokenId, id));
  await client.query(
    `insert into reconciler.former_token_secrets (token_hash, token_id, until, used_at)
     select token_hash, id, least($2::timestamptz, now() + $3 * interval '1 hour'), used_at
       from reconciler.api_tokens where id = $1`,
    [id, expires_at, overlapHours],
  );
};

/** @returns whose it is from now on @throws SupportError `invalid`, `not_allowed` */
const ownerIdFor = (actor: Actor, token: ApiToken, named: Owner | null): number => {
  const isShell = actor.face === 'cli';
  if (token.owner_id === null) {
    if (named !== null) return named.id;
    const message =
      'This token has no owner: rotate it on the command line with --owner, or revoke it.';
    throw invalid({ owner: message });
  }
  if (named !== null && named.id !== token.owner_id) {
    const message = `This token stays with ${token.owner}: create a new one for someone else.`;
    throw invalid({ owner: message });
  }
  if (isShell || operatorIdOf(actor) === token.owner_id) return token.owner_id;
  const message = `Only ${token.owner} can rotate this token: its secret acts in their name. You can revoke it, and create one of your own.`;
  throw new SupportError('not_allowed', message);
};
