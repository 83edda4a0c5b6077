import type pg from 'pg';
import { recordChange } from '../audit-log/record.ts';
import { inTransaction } from '../db/client.ts';
import type { ProviderLogout } from './logout-token.ts';
import { type Known, operatorActor } from './sign-in.ts';

/** So long it is remembered that a token was followed: longer than any is believed. */
const REMEMBERED_HOURS = 1;

/**
 * Ends the sessions that the provider has ended on its side: those of one of its sessions, or all that the
 * person has open here. A token that comes again ends nothing.
 *
 * @returns how many ended
 */
export const followLogout = (
  pool: pg.Pool,
  { tokenHash, identity, providerSession }: ProviderLogout,
): Promise<number> =>
  inTransaction(pool, async client => {
    const { rowCount: isNew } = await client.query(
      `insert into reconciler.used_logout_tokens (token_hash, expires_at)
       values ($1, now() + $2 * interval '1 hour') on conflict do nothing`,
      [tokenHash, REMEMBERED_HOURS],
    );
    if (isNew === 0) return 0;
    const { rows } = await client.query<Known & { ended: number }>(
      `with ended as (
         delete from reconciler.sessions s using reconciler.operators o
          where o.id = s.operator_id and o.oidc_identity is not null
            and ($1::text is null or o.oidc_identity = $1)
            and ($2::text is null or s.provider_session = $2
                 -- Not told which: by a provider that doesn't say so, or opened by a link.
                 or s.provider_session is null and $1 is not null)
         returning s.operator_id
       )
       select o.id::int, o.name, o.role, count(*)::int as ended
         from ended join reconciler.operators o on o.id = ended.operator_id
        group by o.id`,
      [identity, providerSession],
    );
    for (const { ended, ...operator } of rows) {
      await recordChange(client, operatorActor(operator), {
        action: 'change_operator',
        target: `operator:${operator.id}`,
        after: { name: operator.name, signed_out: ended },
        why: 'Their session at the company’s identity provider ended',
      });
    }
    return rows.reduce((sum, { ended }) => sum + ended, 0);
  });
