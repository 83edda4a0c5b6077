import type { Env } from '../config/config.ts';
import { listSessions, revokeAllSessions, revokeSessionsOf } from '../operators/open-sessions.ts';
import { operatorNamed } from '../operators/operators.ts';
import { revokeAllTokens } from '../operators/revoke-tokens.ts';
import { CommandError, EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';

/** A name, or the number of one. */
const whomOf = (text: string): number | string =>
  /^[1-9]\d{0,14}$/.test(text) ? Number(text) : text;

/** `sessions list`. */
export const sessionsList = async (
  env: Env,
  { operator, json }: Output & { operator?: string },
): Promise<number> => {
  await using opened = openDesk(env);
  const { pool, config } = opened.desk;
  const id = operator === undefined ? null : (await operatorNamed(pool, operator)).id;
  const sessions = await listSessions(pool, id, config);
  if (json) {
    printJson({ sessions });
    return EXIT.done;
  }
  if (sessions.length === 0) printNotice('Nobody is signed in.');
  else {
    const rows = sessions.map(each => [
      each.operator,
      each.address ?? 'unknown',
      each.how?.replaceAll('_', ' ') ?? 'unknown',
      each.created_at,
      each.seen_at,
      each.user_agent ?? 'unknown',
    ]);
    printLine(formatTable(['OPERATOR', 'ADDRESS', 'WITH', 'SINCE', 'LAST USED', 'BROWSER'], rows));
  }
  return EXIT.done;
};

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

/** `sessions revoke --all [--tokens]`, `sessions revoke --operator <name or id>`. */
export const sessionsRevoke = async (
  env: Env,
  { all, tokens, operator, json }: Output & { all?: true; tokens?: true; operator?: string },
): Promise<number> => {
  if ((all === true) === (operator !== undefined)) {
    throw new CommandError('Say whose: --all, or --operator <name or id>.', EXIT.usage);
  }
  if (tokens === true && all !== true) {
    throw new CommandError(
      '--tokens goes with --all. To revoke one token, use "token revoke <id>".',
      EXIT.usage,
    );
  }
  await using opened = openDesk(env);
  const { pool } = opened.desk;
  const ended =
    operator === undefined
      ? await revokeAllSessions(pool, opened.actor)
      : await revokeSessionsOf(pool, opened.actor, whomOf(operator));
  const revoked = tokens === true ? await revokeAllTokens(pool, opened.actor) : 0;
  const { sessions, links } = ended;
  if (json) printJson({ sessions, sign_in_links: links, tokens: revoked });
  else {
    const also = tokens === true ? `, and ${count(revoked, 'API token')} revoked` : '';
    printNotice(`${count(sessions, 'session')} and ${count(links, 'sign-in link')} ended${also}.`);
  }
  return EXIT.done;
};
