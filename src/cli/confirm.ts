import { CommandError, EXIT } from './exit.ts';
import { askLine, canAsk } from './prompt.ts';

/**
 * Asks before something that is not easily taken back. On a terminal a person answers; elsewhere the
 * command has to say `--yes`.
 *
 * @throws CommandError with exit code 4 for a no, or where nobody can be asked
 */
export const confirm = async (question: string, saidYes: boolean): Promise<void> => {
  if (saidYes) return;
  if (!canAsk()) {
    throw new CommandError(`${question} Nothing was done: add --yes to confirm.`, EXIT.refused);
  }
  const answer = await askLine(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer)) throw new CommandError('Nothing was done.', EXIT.refused);
};

/** Asks a person on a terminal for a text. @throws CommandError with exit code 4 when they give none */
export const ask = async (question: string): Promise<string> => {
  const answer = await askLine(`${question} `);
  if (answer === '') throw new CommandError('Nothing was done.', EXIT.refused);
  return answer;
};
