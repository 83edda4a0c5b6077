import type { Role } from '../access/permissions.ts';
import type { Env } from '../config/config.ts';
import { UNITS_MS } from '../model/moment.ts';
import { revokeToken } from '../operators/revoke-tokens.ts';
import { type ApiToken, describeRights, listTokens } from '../operators/token-record.ts';
import { workspacesNamed } from '../operators/token-rights.ts';
import { createToken, type NewSecret, rotateToken } from '../operators/tokens.ts';
import { EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';

const hours = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : ms / UNITS_MS.h;

type CreateOptions = Output & {
  role: Role;
  owner?: string;
  expires?: number;
  permission?: string[];
  workspace?: string[];
};

/** `token create <name> --role <role> --owner <operator>`: the secret is alone on stdout, and only now. */
export const tokenCreate = async (
  env: Env,
  name: string,
  { role, owner, expires, permission, workspace, ...options }: CreateOptions,
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const made = await createToken(desk.pool, actor, {
    name,
    role,
    owner,
    permissions: permission,
    workspaces: workspacesNamed(desk.config.workspaces, workspace),
    lifetimeHours: hours(expires),
  });
  return tellSecret(made, options);
};

/** `token rotate <id>`: the new secret is alone on stdout. */
export const tokenRotate = async (
  env: Env,
  id: number,
  {
    overlap,
    expires,
    owner,
    ...options
  }: Output & {
    overlap?: number;
    expires?: number;
    owner?: string;
  },
): Promise<number> => {
  await using opened = openDesk(env);
  const made = await rotateToken(opened.desk.pool, opened.actor, id, {
    overlapHours: hours(overlap),
    lifetimeHours: hours(expires),
    owner,
  });
  return tellSecret(made, options);
};

const tellSecret = ({ token, secret }: NewSecret, { json }: Output): number => {
  if (json) printJson({ token, secret });
  else printLine(secret);
  const { id, owner, expires_at, old_secret_until } = token;
  const until = old_secret_until === null ? '' : ` The old secret works until ${old_secret_until}.`;
  printNotice(
    `Token ${id} of ${owner}: ${describeRights(token)}. It expires ${expires_at}.${until} It is shown only once: keep it safe.`,
  );
  return EXIT.done;
};

/** `token list`. */
export const tokenList = async (env: Env, options: Output): Promise<number> => {
  await using opened = openDesk(env);
  const tokens = await listTokens(opened.desk.pool);
  if (options.json) {
    printJson({ tokens });
    return EXIT.done;
  }
  if (tokens.length === 0) printNotice('There are no tokens yet: create one with "token create".');
  else {
    const rows = tokens.map(each => [
      String(each.id),
      each.name,
      each.owner ?? 'no one',
      describeRights(each),
      `${each.created_at} by ${each.created_by}`,
      each.used_at ?? 'never',
      stateOf(each),
    ]);
    printLine(
      formatTable(['ID', 'NAME', 'OWNER', 'RIGHTS', 'CREATED', 'LAST USED', 'STATE'], rows),
    );
  }
  return EXIT.done;
};

const stateOf = (token: ApiToken): string => {
  switch (token.state) {
    case 'active':
      return `expires ${token.expires_at}${overlapOf(token)}`;
    case 'expiring':
      return `expires in ${leftUntil(token.expires_at)}${overlapOf(token)}`;
    case 'expired':
      return `expired ${token.expires_at}`;
    case 'revoked':
      return `revoked ${token.revoked_at}`;
    case 'owner_disabled':
      return 'ended: its owner is disabled';
    default:
      return token.state satisfies never;
  }
};

const overlapOf = ({ old_secret_until: until }: ApiToken): string =>
  until === null ? '' : `; old secret until ${until}`;

/** `5 days`, `3 hours`. */
const leftUntil = (at: string, now = Date.now()): string => {
  const left = Math.max(0, Date.parse(at) - now);
  const days = Math.floor(left / UNITS_MS.d);
  const [count, unit] = days > 0 ? [days, 'day'] : [Math.floor(left / UNITS_MS.h), 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
};

/** `token revoke <id>`. */
export const tokenRevoke = async (env: Env, id: number, options: Output): Promise<number> => {
  await using opened = openDesk(env);
  const token = await revokeToken(opened.desk.pool, opened.actor, id);
  if (options.json) printJson({ token });
  else printNotice(`Token ${token.id} (${token.name}) is revoked and no longer works.`);
  return EXIT.done;
};
