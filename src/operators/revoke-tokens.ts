import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { recordChanges } from '../audit-log/record.ts';
import { type Client, inTransaction } from '../db/client.ts';
import { type ApiToken, lockToken, OWNER, readToken } from './token-record.ts';

/** From now on it opens nothing. @throws SupportError `not_found`, `not_allowed` */
export const revokeToken = async (pool: pg.Pool, actor: Actor, id: number): Promise<ApiToken> => {
  insistOn(actor, 'manage_tokens');
  return inTransaction(pool, async client => {
    const token = await lockToken(client, id);
    if (token.revoked_at === null) await revoke(client, actor, 't.id = $1', id);
    return readToken(client, id);
  });
};

/** Within the transaction that shuts an operator out: their tokens end with them, for good. */
export const revokeTokensOf = (
  client: Client,
  actor: Actor,
  operatorId: number,
  why: string,
): Promise<void> => revoke(client, actor, `${OWNER} = $1`, operatorId, why);

const revoke = async (
  client: Client,
  actor: Actor,
  which: string,
  id: number,
  why?: string,
): Promise<void> => {
  const { rows } = await client.query<Pick<ApiToken, 'id' | 'name' | 'role'>>(
    `update reconciler.api_tokens t set revoked_at = now()
      where t.revoked_at is null and ${which} returning t.id::int, t.name, t.role`,
    [id],
  );
  await client.query('delete from reconciler.former_token_secrets where token_id = any($1)', [
    rows.map(token => token.id),
  ]);
  await recordChanges(
    client,
    actor,
    rows.map(token => ({
      action: 'revoke_token',
      target: `token:${token.id}`,
      before: { name: token.name, role: token.role },
      why,
    })),
  );
};

/** Asked for at a time. */
const PAGE = 500;

/** Revokes every token of the API that still works. @returns how many those were @throws SupportError `not_allowed` */
export const revokeAllTokens = async (pool: pg.Pool, actor: Actor): Promise<number> => {
  insistOn(actor, 'manage_tokens');
  let revoked = 0;
  for (;;) {
    const { rows } = await pool.query<{ id: number }>(
      'select id::int from reconciler.api_tokens where revoked_at is null order by id limit $1',
      [PAGE],
    );
    if (rows.length === 0) return revoked;
    for (const { id } of rows) await revokeToken(pool, actor, id);
    revoked += rows.length;
  }
};
