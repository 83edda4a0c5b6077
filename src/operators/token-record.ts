import type pg from 'pg';
import { SupportError } from '../access/errors.ts';
import { TO_BE_NAMED } from '../access/grant.ts';
import { lesserRole, type Permission, type Role } from '../access/permissions.ts';
import type { Client } from '../db/client.ts';

/* Tokens of the API, as people are told of them: never the secret. */

/** How a token stands. What expires soon is `expiring`, and still works. */
export const TOKEN_STATES = ['active', 'expiring', 'expired', 'revoked', 'owner_disabled'] as const;
type TokenState = (typeof TOKEN_STATES)[number];

/** A token of the API, without its secret. */
export type ApiToken = Readonly<{
  id: number;
  name: string;
  /** As it was given; what it comes to now is `effective_role`. */
  role: Role;
  /** The lesser of its own and its owner's. */
  effective_role: Role;
  /** Null: whatever its role may, but manage operators and tokens. */
  permissions: readonly Permission[] | null;
  /** Ids; null: all of them. */
  workspaces: readonly string[] | null;
  /** Null for one that was made before tokens had owners, in a shell. */
  owner_id: number | null;
  owner: string | null;
  state: TokenState;
  created_at: string;
  created_by: string;
  expires_at: string;
  used_at: string | null;
  revoked_at: string | null;
  /** Until when a secret that was rotated out works on; null where none does. */
  old_secret_until: string | null;
  old_secret_used_at: string | null;
}>;

/** Told so long before it happens; of what lives for a few days only, when a quarter of that is left. */
const TOLD = `least(interval '14 days', t.lifetime_hours * interval '15 min')`;

/** When its present secret stops working. */
export const EXPIRES = `(t.secret_at + t.lifetime_hours * interval '1 hour')`;

/**
 * Whose a token is. Of one from before tokens had owners, as long as the audit log knows: the operator who made it
 * in the console.
 */
export const OWNER = `coalesce(t.owner_id, (
  select substr(a.actor, 10)::bigint from reconciler.audit_log a
   where a.target = 'token:' || t.id and a.action = 'create_token' and a.actor like 'operator:%'
   order by a.id limit 1))`;

type Row = Readonly<{
  [Key in keyof Omit<ApiToken, 'effective_role'>]: Key extends `${string}_at` | 'old_secret_until'
    ? Date | (null extends ApiToken[Key] ? null : never)
    : ApiToken[Key];
}> &
  Readonly<{ owner_role: Role | null }>;

const SELECT = `
  select t.id::int, t.name, t.role, t.permissions, t.workspaces, t.created_at, t.created_by,
         t.used_at, t.revoked_at, ${EXPIRES} as expires_at,
         o.id::int as owner_id, o.name as owner, o.role as owner_role,
         f.until as old_secret_until, f.used_at as old_secret_used_at,
         case when t.revoked_at is not null then 'revoked'
              when ${EXPIRES} <= now() then 'expired'
              when o.disabled_at is not null then 'owner_disabled'
              when ${EXPIRES} <= now() + ${TOLD} then 'expiring'
              else 'active' end as state
    from reconciler.api_tokens t
    left join reconciler.operators o on o.id = ${OWNER}
    left join lateral (
      select max(s.until) as until, max(s.used_at) as used_at
        from reconciler.former_token_secrets s where s.token_id = t.id and s.until > now()) f on true`;

const toToken = ({ owner_role, ...row }: Row): ApiToken => ({
  ...row,
  effective_role: owner_role === null ? row.role : lesserRole(row.role, owner_role),
  created_at: row.created_at.toISOString(),
  expires_at: row.expires_at.toISOString(),
  used_at: row.used_at?.toISOString() ?? null,
  revoked_at: row.revoked_at?.toISOString() ?? null,
  old_secret_until: row.old_secret_until?.toISOString() ?? null,
  old_secret_used_at: row.old_secret_used_at?.toISOString() ?? null,
});

type Queryable = Pick<pg.Pool | Client, 'query'>;

/** @throws SupportError `not_found` */
export const readToken = async (client: Queryable, id: number): Promise<ApiToken> => {
  const { rows } = await client.query<Row>(`${SELECT} where t.id = $1`, [id]);
  if (rows[0] === undefined) throw new SupportError('not_found', `There is no token ${id}.`);
  return toToken(rows[0]);
};

/** The same within a transaction, for who changes it. @throws SupportError `not_found` */
export const lockToken = async (client: Client, id: number): Promise<ApiToken> => {
  await client.query('select from reconciler.api_tokens where id = $1 for update', [id]);
  return readToken(client, id);
};

/** Far more than there are programs. */
const MOST_LISTED = 500;

/** The newest first. @param ownerId whose; left out: everybody's */
export const listTokens = async (client: Queryable, ownerId?: number): Promise<ApiToken[]> => {
  const { rows } = await client.query<Row>(
    `${SELECT} where $1::bigint is null or o.id = $1 order by t.id desc limit ${MOST_LISTED}`,
    [ownerId ?? null],
  );
  return rows.map(toToken);
};

/** Whether it opens anything. */
export const isOpen = ({ state }: Pick<ApiToken, 'state'>): boolean =>
  state === 'active' || state === 'expiring';

/** What a token may, in a line: `support; retry, view; only ws_1`. */
export const describeRights = ({
  role,
  effective_role: effective,
  permissions,
  workspaces,
}: Pick<ApiToken, 'role' | 'effective_role' | 'permissions' | 'workspaces'>): string =>
  [
    role === effective ? role : `${effective} (made for ${role})`,
    ...(permissions === null ? [] : [`only ${permissions.join(', ')}`]),
    ...(workspaces === null ? [] : [`in ${workspaces.join(', ')}`]),
  ].join('; ');

/** What it may not unless its permissions name it, for who reads of tokens. */
export const LEFT_OUT = TO_BE_NAMED.join(' and ');
