import type { Env } from '../config/config.ts';
import { undoChange, undoOf } from '../support/undo/undo.ts';
import { CHANGE_WORDS } from '../support/words/words.ts';
import { CommandError, EXIT } from './exit.ts';
import { type Output, openDesk } from './open.ts';
import { printJson, printLine } from './print.ts';

/** `undo <number>`. */
export const undo = async (
  env: Env,
  auditId: number,
  { dryRun = false, json }: Output & { dryRun?: boolean },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  if (dryRun) return tellWhatItDoes(await undoOf(desk, actor, auditId), json);
  const undone = await undoChange(desk, actor, auditId);
  if (json) printJson(undone);
  else printLine(`${undone.target}: undone. ${undone.told}`);
  return EXIT.done;
};

const tellWhatItDoes = (found: Awaited<ReturnType<typeof undoOf>>, json?: boolean): number => {
  const { target, action, by, does, why_not: whyNot } = found;
  if (json) printJson(found);
  else if (does === null) {
    throw new CommandError(`${whyNot ?? ''} So there is nothing to undo.`, EXIT.refused);
  } else {
    printLine(`${target}: ${CHANGE_WORDS[action]} by ${by}. Undone: ${does}`);
    printLine('Nothing was done.');
  }
  return EXIT.done;
};
