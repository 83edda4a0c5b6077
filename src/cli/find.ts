import type { Env } from '../config/config.ts';
import { type SearchResult, search, usersCalled } from '../support/finding/search.ts';
import { nothingFound } from './cases.ts';
import { EXIT } from './exit.ts';
import { tellExport } from './export.ts';
import { describeFailedLogins } from './failed-logins.ts';
import { formatConnections } from './list.ts';
import { type Output, openDesk } from './open.ts';
import { printJson, printLine, printNotice } from './print.ts';

/** `find <text>`. */
export const find = async (
  env: Env,
  text: string,
  options: Output & { plain?: true },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const result = await search(desk, actor, text);
  const { hits, usersWithout } = result;
  await tellFound(opened, options, hits.length + usersWithout.length);
  if (options.json) {
    printJson({
      text: result.text,
      connections: hits,
      more: result.isMore,
      failed_logins: result.failedLogins,
      users: usersWithout.map(({ userId, ...user }) => ({ user_id: userId, ...user })),
    });
  }
  if (!result.areUsersSearched) {
    printNotice("Users' e-mails couldn't be searched just now. Everything else was.");
  }
  for (const { userId, name } of options.json ? [] : usersWithout) {
    printNotice(
      `${name ?? userId} (${userId}) is one of your users, but no connection names them.`,
    );
  }
  if (hits.length === 0 && usersWithout.length === 0) {
    for (const { userId, name } of await usersCalled(desk, actor, result.text)) {
      printNotice(`${name ?? userId} is one of your users: try "find ${userId}".`);
    }
    throw nothingFound(result.text);
  }
  if (hits.length > 0 && !options.json) {
    printLine(formatConnections(hits, desk.config.workspaces, options));
    tellMore(result);
  }
  return EXIT.done;
};

const tellMore = ({ hits, isMore, failedLogins }: SearchResult): void => {
  for (const failed of failedLogins) printNotice(describeFailedLogins(failed));
  if (isMore) printNotice(`There are more; these are the latest ${hits.length}.`);
};

/** Without what was searched for: it may be somebody's e-mail address. */
const tellFound = async (
  { desk, actor }: Pick<ReturnType<typeof openDesk>, 'desk' | 'actor'>,
  { json, plain }: Output & { plain?: true },
  rows: number,
): Promise<void> => {
  if ((json || plain) && rows > 0)
    await tellExport(desk.pool, actor, 'search', new URLSearchParams(), rows);
};
