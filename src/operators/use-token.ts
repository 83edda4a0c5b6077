import type pg from 'pg';
import type { Grant } from '../access/grant.ts';
import { lesserRole, type Role } from '../access/permissions.ts';
import { hashSecret, isSecret } from './secrets.ts';
import { EXPIRES, OWNER } from './token-record.ts';

/** Known at sight, by people and by scanners for secrets. */
export const TOKEN_PREFIX = 'srk_';
/** What could be one at all: for anything else nobody asks the database. */
export const isToken = (text: string): boolean =>
  text.startsWith(TOKEN_PREFIX) && isSecret(text.slice(TOKEN_PREFIX.length));

/** What a token that works may right now. */
export type UsableToken = Readonly<{
  kind: 'usable';
  id: number;
  name: string;
  /** The lesser of its own and its owner's present one. */
  role: Role;
  grant: Grant;
  owner: Readonly<{ id: number; name: string }> | null;
  /** When the secret that was shown stops working. */
  endsAt: Date;
}>;

/** Told to whoever shows the very secret: they are to know why it fails. */
export type Refusal = Readonly<{
  kind: 'refused';
  why: 'unknown' | 'revoked' | 'expired' | 'rotated' | 'owner_disabled';
}>;

type Row = Readonly<{
  id: number;
  name: string;
  role: Role;
  permissions: Grant['permissions'];
  workspaces: Grant['workspaces'];
  owner_id: number | null;
  owner_name: string | null;
  owner_role: Role | null;
  is_owner_gone: boolean;
  is_revoked: boolean;
  is_over: boolean;
  is_former: boolean;
  is_stale: boolean;
  ends_at: Date;
}>;

const FIND = `
  with shown as (
    select id as token_id, null::timestamptz as until, used_at
      from reconciler.api_tokens where token_hash = $1
    union all
    select token_id, until, used_at from reconciler.former_token_secrets where token_hash = $1
  ), found as (
    select t.*, s.until, ${OWNER} as owned_by, s.used_at as shown_at,
           least(${EXPIRES}, coalesce(s.until, 'infinity')) as ends_at
      from shown s join reconciler.api_tokens t on t.id = s.token_id
  )
  select f.id::int, f.name, f.role, f.permissions, f.workspaces, f.ends_at,
         o.id::int as owner_id, o.name as owner_name, o.role as owner_role,
         f.owned_by is not null and (o.id is null or o.disabled_at is not null) as is_owner_gone,
         f.revoked_at is not null as is_revoked, f.ends_at <= now() as is_over,
         f.until is not null as is_former,
         f.shown_at is null or f.shown_at < now() - interval '1 min' as is_stale
    from found f left join reconciler.operators o on o.id = f.owned_by`;

/** When it was last used is written at most once a minute; and whose it is, should only the audit log say so. */
const MARK_USED = `
  with former as (
    update reconciler.former_token_secrets set used_at = now() where token_hash = $1
  )
  update reconciler.api_tokens
     set used_at = now(), owner_id = coalesce(owner_id, $3)
   where id = $2 and (used_at is null or used_at < now() - interval '1 min')`;

/**
 * What a secret that somebody shows may right now: decided at every request, by how the token and its owner stand
 * then.
 */
export const useToken = async (pool: pg.Pool, secret: string): Promise<UsableToken | Refusal> => {
  if (!isToken(secret)) return { kind: 'refused', why: 'unknown' };
  const hash = hashSecret(secret);
  const { rows } = await pool.query<Row>({ name: 'use-token', text: FIND, values: [hash] });
  const [row] = rows;
  const why = row === undefined ? 'unknown' : refusalOf(row);
  if (row === undefined || why !== null) return { kind: 'refused', why: why ?? 'unknown' };
  const { id, name, permissions, workspaces, owner_id, owner_name, owner_role } = row;
  if (row.is_stale) await pool.query(MARK_USED, [hash, id, owner_id]);
  return {
    kind: 'usable',
    id,
    name,
    role: owner_role === null ? row.role : lesserRole(row.role, owner_role),
    grant: { permissions, workspaces },
    owner: owner_id === null ? null : { id: owner_id, name: owner_name ?? '' },
    endsAt: row.ends_at,
  };
};

const refusalOf = (row: Row): Refusal['why'] | null => {
  if (row.is_revoked) return 'revoked';
  if (row.is_owner_gone) return 'owner_disabled';
  if (row.is_over) return row.is_former ? 'rotated' : 'expired';
  return null;
};
