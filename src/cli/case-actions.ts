import type { Actor } from '../access/actor.ts';
import type { Env } from '../config/config.ts';
import {
  canBeDismissed,
  dismiss as dismissOne,
  reopen as reopenOne,
  type Standing,
} from '../support/cases/dismiss.ts';
import { findMatches, type Match } from '../support/cases/find.ts';
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
 * The one connection that an id leads to: where there are several, the one that this can be done to. What
 * is written on one case is not meant for another, so of more nothing is done.
 *
 * @throws CommandError with exit code 3 for none, 4 for several
 */
const theOne = async (
  { db }: Desk,
  actor: Actor,
  id: string,
  fits: (match: Match) => boolean,
): Promise<string> => {
  const matches = await findMatches(db, actor, id);
  if (matches.length === 0) throw nothingFound(id);
  const fitting = matches.length === 1 ? matches : matches.filter(fits);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only.subject;
  const list = (fitting.length === 0 ? matches : fitting).map(
    ({ subject, state }) => `  ${subject} (${STATE_WORDS[state].label})`,
  );
  const why =
    fitting.length === 0
      ? `'${id}' leads to ${matches.length} connections, none of which allow this:`
      : `'${id}' leads to ${fitting.length} connections. Say which one:`;
  throw new CommandError([why, ...list].join('\n'), EXIT.refused);
};
