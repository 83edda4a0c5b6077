import type pg from 'pg';
import { type Actor, insistOn } from '../access/actor.ts';
import { revokeToken } from './tokens.ts';

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
