import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { invalid, SupportError } from '../access/errors.ts';
import { isRole, type Role } from '../access/permissions.ts';
import { insistOnNewRequest } from '../audit-log/idempotency.ts';
import { recordChange } from '../audit-log/record.ts';
import { inTransaction } from '../db/client.ts';
import { and, desc, drizzle, eq, isNull, sql } from '../db/drizzle.ts';
import { apiTokens } from '../db/schema-operators.ts';
import { insistOnGiving, nameFault, ROLE_FAULT } from './operators.ts';
import { hashSecret, isSecret, newSecret } from './secrets.ts';

/** A token of the API, without the token. */
export type ApiToken = Readonly<{
  id: number;
  name: string;
  role: Role;
  created_at: string;
  created_by: string;
  used_at: string | null;
  revoked_at: string | null;
}>;

const toToken = (row: typeof apiTokens.$inferSelect): ApiToken => ({
  id: row.id,
  name: row.name,
  role: row.role,
  created_at: row.createdAt.toISOString(),
  created_by: row.createdBy,
  used_at: row.usedAt?.toISOString() ?? null,
  revoked_at: row.revokedAt?.toISOString() ?? null,
});

/** Known at sight, by people and by scanners for secrets. */
const PREFIX = 'srk_';

/**
 * Makes a token. It is shown this once; what is stored can't be turned back into it.
 *
 * @throws SupportError `invalid`, `not_allowed`
 */
export const createToken = async (
  pool: pg.Pool,
  actor: Actor,
  given: { name: string; role: string },
): Promise<{ token: ApiToken; secret: string }> => {
  insistOn(actor, 'manage_tokens');
  const name = given.name.trim();
  const { role } = given;
  const faultOfName = nameFault(name);
  if (!isRole(role) || faultOfName !== null) {
    throw invalid({
      ...(faultOfName === null ? {} : { name: faultOfName }),
      ...(isRole(role) ? {} : { role: ROLE_FAULT }),
    });
  }
  insistOnGiving(actor, role);
  const secret = `${PREFIX}${newSecret()}`;
  return inTransaction(pool, async client => {
    await insistOnNewRequest(client, actor, 'create_token');
    const [row] = await drizzle(client)
      .insert(apiTokens)
      .values({ name, role, tokenHash: hashSecret(secret), createdBy: actor.name })
      .returning();
    if (row === undefined) throw new Error('the token was not stored');
    await recordChange(client, actor, {
      action: 'create_token',
      target: `token:${row.id}`,
      after: { name, role },
    });
    return { token: toToken(row), secret };
  });
};

export const listTokens = async (pool: pg.Pool): Promise<ApiToken[]> => {
  const rows = await drizzle(pool).select().from(apiTokens).orderBy(desc(apiTokens.id)).limit(500);
  return rows.map(toToken);
};

/** From now on it opens nothing. @throws SupportError `not_found`, `not_allowed` */
export const revokeToken = async (pool: pg.Pool, actor: Actor, id: number): Promise<ApiToken> => {
  insistOn(actor, 'manage_tokens');
  return inTransaction(pool, async client => {
    const tx = drizzle(client);
    const [row] = await tx.select().from(apiTokens).where(eq(apiTokens.id, id)).for('update');
    if (row === undefined) throw new SupportError('not_found', `There is no token ${id}.`);
    if (row.revokedAt !== null) return toToken(row);
    const [revoked = row] = await tx
      .update(apiTokens)
      .set({ revokedAt: sql`now()` })
      .where(eq(apiTokens.id, id))
      .returning();
    await recordChange(client, actor, {
      action: 'revoke_token',
      target: `token:${id}`,
      before: { name: row.name, role: row.role },
    });
    return toToken(revoked);
  });
};

/** Whether it can be one: what can't is asked of no database. */
export const isToken = (text: string): boolean =>
  text.startsWith(PREFIX) && isSecret(text.slice(PREFIX.length));

const USED_MINUTES = 5;

/** Whose token this is; null when it is unknown or revoked. */
export const findToken = async (
  pool: pg.Pool,
  secret: string,
): Promise<Pick<ApiToken, 'id' | 'name' | 'role'> | null> => {
  if (!isToken(secret)) return null;
  const [row] = await drizzle(pool)
    .select()
    .from(apiTokens)
    .where(and(eq(apiTokens.tokenHash, hashSecret(secret)), isNull(apiTokens.revokedAt)));
  if (row === undefined) return null;
  const isStale = row.usedAt === null || Date.now() - row.usedAt.getTime() > USED_MINUTES * 60_000;
  if (isStale) {
    await drizzle(pool)
      .update(apiTokens)
      .set({ usedAt: sql`now()` })
      .where(eq(apiTokens.id, row.id));
  }
  return { id: row.id, name: row.name, role: row.role };
};
