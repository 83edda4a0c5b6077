import type pg from 'pg';
import { ROLES, type Role } from '../access/permissions.ts';
import { recordChange } from '../audit-log/record.ts';
import type { OpenIdConnect } from '../config/openid-connect.ts';
import { type Client, inTransaction } from '../db/client.ts';
import { setRole } from './change-operator.ts';
import type { Identity } from './openid-connect.ts';
import { nameFault } from './operators.ts';
import { revokeTokensOf } from './revoke-tokens.ts';
import { endSessionsOf, keepProviderSession } from './sessions.ts';
import { begin, type Known, operatorActor } from './sign-in.ts';

export type CompanySignInResult =
  | Readonly<{ kind: 'signed_in'; token: string }>
  /** In none of the groups that have a role here. */
  | Readonly<{ kind: 'no_group' }>
  | Readonly<{ kind: 'disabled' }>;

type Row = Known & Readonly<{ is_disabled: boolean }>;

const NO_GROUP = 'In none of the company groups that have a role here';
const WHY = 'From their groups at the company’s identity provider';

/**
 * Signs in whom the company's provider has told us of. The first time it makes an operator of them; each time
 * their groups say which role they have, and whoever is in none of them stays out, with all they had open.
 *
 * @param identity with its ID token as the vault has locked it: so it is stored
 */
export const signInFromCompany = (
  pool: pg.Pool,
  { roles }: Pick<OpenIdConnect, 'roles'>,
  identity: Identity,
  from?: string,
): Promise<CompanySignInResult> =>
  inTransaction(pool, async client => {
    const role = highestRole(roles, identity.groups);
    const known = await findByIdentity(client, identity.key);
    if (known?.is_disabled === true) return { kind: 'disabled' };
    if (role === null) {
      if (known !== null) await leave(client, known);
      return { kind: 'no_group' };
    }
    const operator = known === null ? await add(client, identity, role) : { ...known, role };
    if (known !== null && known.role !== role) {
      await setRole(client, operatorActor(operator), known, role, WHY);
    }
    const token = await begin(client, operator, 'openid_connect', from);
    await keepProviderSession(client, token, identity);
    return { kind: 'signed_in', token };
  });

const highestRole = (roles: ReadonlyMap<string, Role>, groups: readonly string[]): Role | null => {
  const own = groups.map(group => roles.get(group));
  return ROLES.findLast(role => own.includes(role)) ?? null;
};

const findByIdentity = async (client: Client, key: string): Promise<Row | null> => {
  const { rows } = await client.query<Row>(
    `select id::int, name, role, disabled_at is not null as is_disabled
       from reconciler.operators where oidc_identity = $1 for update`,
    [key],
  );
  return rows[0] ?? null;
};

/** What is open was opened with a group that they no longer have, and a link would open it again. */
const leave = async (client: Client, known: Known): Promise<void> => {
  await client.query('delete from reconciler.sign_in_links where operator_id = $1', [known.id]);
  await revokeTokensOf(client, operatorActor(known), known.id, NO_GROUP);
  const ended = await endSessionsOf(client, known.id);
  if (ended === 0) return;
  await recordChange(client, operatorActor(known), {
    action: 'change_operator',
    target: `operator:${known.id}`,
    after: { name: known.name, signed_out: ended },
    why: NO_GROUP,
  });
};

const add = async (client: Client, identity: Identity, role: Role): Promise<Known> => {
  // Their browser may have sent it twice: the second one waits here, and finds what the first has made.
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [identity.key]);
  const meanwhile = await findByIdentity(client, identity.key);
  if (meanwhile !== null) return { ...meanwhile, role };
  for (const name of namesFor(identity)) {
    const { rows } = await client.query<{ id: number }>(
      `insert into reconciler.operators (name, role, oidc_identity) values ($1, $2, $3)
       on conflict (lower(name)) do nothing returning id::int`,
      [name, role, identity.key],
    );
    if (rows[0] === undefined) continue;
    const operator = { id: rows[0].id, name, role };
    await recordChange(client, operatorActor(operator), {
      action: 'add_operator',
      target: `operator:${operator.id}`,
      after: { name, role },
      why: WHY,
    });
    return operator;
  }
  throw new Error('a thousand operators have this name');
};

const LONGEST_BASE = 90;

/** Their own names as far as they can be one here, then the best of them with a number. */
function* namesFor({ names }: Identity): Generator<string> {
  const usable = names
    .map(name => name.replace(/\p{C}/gu, '').trim().slice(0, LONGEST_BASE).toWellFormed())
    .filter(name => nameFault(name) === null);
  const [best = 'company account'] = usable;
  yield* usable;
  for (let n = 2; n < 1_000; n++) yield `${best} ${n}`;
}
