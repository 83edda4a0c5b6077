import type { Role } from '../access/permissions.ts';
import type { Env } from '../config/config.ts';
import { createToken, listTokens, revokeToken } from '../operators/tokens.ts';
import { EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';

/** `token create <name> --role <role>`: the secret is alone on stdout, and only now. */
export const tokenCreate = async (
  env: Env,
  name: string,
  options: Output & { role: Role },
): Promise<number> => {
  await using opened = openDesk(env);
  const { role } = options;
  const { token, secret } = await createToken(opened.desk.pool, opened.actor, { name, role });
  if (options.json) printJson({ token, secret });
  else printLine(secret);
  printNotice(`Token ${token.id}, role ${token.role}. It is shown only once: keep it safe.`);
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
      each.role,
      `${each.created_at} by ${each.created_by}`,
      each.used_at ?? 'never',
      each.revoked_at === null ? 'open' : `revoked ${each.revoked_at}`,
    ]);
    printLine(formatTable(['ID', 'NAME', 'ROLE', 'CREATED', 'LAST USED', 'STATE'], rows));
  }
  return EXIT.done;
};

/** `token revoke <id>`. */
export const tokenRevoke = async (env: Env, id: number, options: Output): Promise<number> => {
  await using opened = openDesk(env);
  const token = await revokeToken(opened.desk.pool, opened.actor, id);
  if (options.json) printJson({ token });
  else printNotice(`Token ${token.id} (${token.name}) is revoked and no longer works.`);
  return EXIT.done;
};
