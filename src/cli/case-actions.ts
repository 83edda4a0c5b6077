import type { Actor } from '../access/actor.ts';
import type { Env } from '../config/config.ts';
import {
  canBeDismissed,
  dismiss as dismissOne,
  reopen as reopenOne,
  type Standing,
} from '../support/cases/dismiss.ts';
import { findMatches, type Match } from '../support/cases/find.ts';
import { casesOf } from '../support/cases/members.ts';
import { addNote } from '../support/cases/notes.ts';
import type { Desk } from '../support/desk.ts';
import { STATE_WORDS } from '../support/words/words.ts';
import { nothingFound } from './cases.ts';
import { CommandError, EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { printJson, printLine } from './print.ts';

/** `dismiss <id> --why <note>`. */
export const dismiss = async (
  env: Env,
  id: string,
  options: Output & { why: string },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const subject = await theOne(desk, actor, id, ({ state }) => canBeDismissed(state));
  return tell(options, await dismissOne(desk, actor, subject, { why: options.why }));
};

/** `reopen <id>`. */
export const reopen = async (env: Env, id: string, options: Output): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const subject = await theOne(desk, actor, id, ({ state }) => state === 'dismissed');
  return tell(options, await reopenOne(desk, actor, subject));
};

/** `note <id> <text>`. */
export const note = async (
  env: Env,
  id: string,
  text: string,
  options: Output,
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const subject = await theOne(desk, actor, id, () => true);
  const kept = await addNote(desk, actor, subject, text);
  if (options.json) printJson({ subject, ...kept });
  else printLine(`${subject}: note added.`);
  return EXIT.done;
};

const tell = ({ json }: Output, standing: Standing): number => {
  if (json) printJson(standing);
  else {
    const { subject, state, reason } = standing;
    printLine(`${subject}: ${STATE_WORDS[state].label}${reason === null ? '' : ` (${reason})`}.`);
  }
  return EXIT.done;
};

/**
 * The one case that an id leads to: where there are several, the one that this can be done to. What is written on
 * one case is not meant for another, so of more nothing is done.
 *
 * @param fits whether it can be done to a subject of a case
 * @returns a subject of it
 * @throws CommandError with exit code 3 for none, 4 for several
 */
const theOne = async (
  { db, pool }: Desk,
  actor: Actor,
  id: string,
  fits: (match: Match) => boolean,
): Promise<string> => {
  const matches = await findMatches(db, actor, id);
  if (matches.length === 0) throw nothingFound(id);
  const found = await casesOf(
    pool,
    matches.map(({ subject }) => subject),
  );
  const cases = [...Map.groupBy(matches, ({ subject }) => found.get(subject)?.lead ?? subject)].map(
    ([lead, members]) => ({
      lead,
      members,
      key: found.get(members[0]?.subject ?? lead)?.key ?? lead,
    }),
  );
  const fitting = cases.length === 1 ? cases : cases.filter(({ members }) => members.some(fits));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only.lead;
  const list = (fitting.length === 0 ? cases : fitting).flatMap(({ key, lead, members }) => {
    const state = (members.find(({ subject }) => subject === lead) ?? members[0])?.state;
    return state === undefined ? [] : [`  ${key} (${STATE_WORDS[state].label})`];
  });
  const why =
    fitting.length === 0
      ? `'${id}' leads to ${cases.length} connections, none of which allow this:`
      : `'${id}' leads to ${fitting.length} connections. Say which one:`;
  throw new CommandError([why, ...list].join('\n'), EXIT.refused);
};
