import type { Env } from '../config/config.ts';
import { cappedText } from '../model/capped-count.ts';
import { FOUND_BY } from '../support/cases/found-by.ts';
import { leftOut, type SearchResult, search } from '../support/finding/search.ts';
import { LEFT_OUT_WORDS, shortened } from '../support/words/search-words.ts';
import { nothingFound } from './cases.ts';
import { EXIT } from './exit.ts';
import { tellExport } from './export.ts';
import { describeFailedLogins } from './failed-logins.ts';
import { formatConnections } from './list.ts';
import { type Output, openDesk } from './open.ts';
import { printJson, printLine, printNotice } from './print.ts';

type FindOptions = Output & { plain?: true; limit: number; cursor?: string };

/** `find <text>`. */
export const find = async (env: Env, text: string, options: FindOptions): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const { limit, cursor = null } = options;
  const result = await search(desk, actor, text, { limit, cursor });
  const { hits, usersWithout } = result;
  await tellFound(opened, options, hits.length + usersWithout.length);
  if (options.json) {
    printJson({
      text: result.text,
      connections: hits,
      total: result.total.number,
      total_is_capped: result.total.isCapped,
      next_cursor: result.nextCursor,
      more: result.nextCursor !== null,
      failed_logins: result.failedLogins,
      users: usersWithout.map(({ userId, ...user }) => ({ user_id: userId, ...user })),
      left_out: leftOut(result),
    });
  }
  for (const part of leftOut(result)) printNotice(LEFT_OUT_WORDS[part]);
  for (const { userId, name } of options.json ? [] : usersWithout) {
    printNotice(
      `${name ?? userId} (${userId}) is one of your users, but no connection names them.`,
    );
  }
  if (hits.length === 0 && usersWithout.length === 0) throw nothingFound(shortened(result.text));
  if (hits.length > 0 && !options.json) {
    printLine(formatConnections(hits, desk.config.workspaces, options));
    tellMore(result);
  }
  return EXIT.done;
};

const tellMore = ({ hits, total, nextCursor, failedLogins }: SearchResult): void => {
  for (const failed of failedLogins) printNotice(describeFailedLogins(failed));
  for (const { case: key, found_text: text, found_by: by } of hits) {
    if (text !== null) printNotice(`${key}: ${FOUND_BY[by]} (${text})`);
  }
  if (nextCursor !== null) {
    printNotice(
      `These are ${hits.length} of ${cappedText(total)}. For more: --cursor ${nextCursor}`,
    );
  }
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
