import type { Env } from '../config/config.ts';
import { findCase } from '../support/cases/find-case.ts';
import { listViews } from '../support/finding/saved-views.ts';
import { assign as assignOne } from '../support/shifts/assign.ts';
import { whomIsMeant } from '../support/shifts/people.ts';
import { snooze as snoozeOne, wake as wakeOne } from '../support/shifts/snooze.ts';
import { parseUntil } from '../support/shifts/until.ts';
import { operatorMeant } from './assigned.ts';
import { EXIT } from './exit.ts';
import { list } from './list.ts';
import { type Output, openDesk } from './open.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';

/** `assign <id> <operator>`. */
export const assign = async (
  env: Env,
  id: string,
  operator: string,
  { json }: Output,
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const to = await whomIsMeant(desk.pool, actor, operator);
  const made = await assignOne(desk, actor, await findCase(desk.db, id), { to });
  if (json) printJson({ case: made.case, operator_id: made.operatorId, operator: made.name });
  else
    printLine(`${made.case}: ${made.name === null ? 'nobody has it' : `${made.name} has it`} now.`);
  return EXIT.done;
};

/** `snooze <id> --until <when>`. */
export const snooze = async (
  env: Env,
  id: string,
  { json, until: text, news, why }: Output & { until: string; news: boolean; why?: string },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const until = parseUntil(text, { now: new Date(), timeZone: 'UTC', untilNews: news });
  const made = await snoozeOne(desk, actor, await findCase(desk.db, id), { ...until, why });
  if (json) printJson(made);
  else printLine(`${made.case}: snoozed ${untilWords(made)}.`);
  return EXIT.done;
};

const untilWords = (made: { until: string | null; until_news: boolean }): string => {
  if (made.until === null) return 'until there is news';
  return `until ${made.until}${made.until_news ? ', or until there is news' : ''}`;
};

/** `wake <id>`. */
export const wake = async (env: Env, id: string, { json }: Output): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const woken = await wakeOne(desk, actor, await findCase(desk.db, id));
  if (json) printJson(woken);
  else printLine(`${woken.case}: awake.`);
  return EXIT.done;
};

/** `mine [operator]`: what is open of the cases of one, also what sleeps. */
export const mine = async (
  env: Env,
  name: string | undefined,
  options: Output & { plain?: true; limit: number },
): Promise<number> => {
  const assigned = await (async () => {
    await using opened = openDesk(env);
    return operatorMeant(opened.desk, opened.actor, name);
  })();
  return list(env, { ...options, state: 'open', assigned });
};

/** `views`. */
export const views = async (env: Env, { json }: Output): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const shared = await listViews(desk.pool, actor);
  if (json) {
    printJson({ views: shared.map(({ id, name, query, owner }) => ({ id, name, query, owner })) });
  } else if (shared.length === 0) printNotice('Nobody shares a view.');
  else {
    const rows = shared.map(({ id, name, owner, query }) => [String(id), name, owner, query]);
    printLine(formatTable(['ID', 'NAME', 'SHARED BY', 'FILTER'], rows));
  }
  return EXIT.done;
};
