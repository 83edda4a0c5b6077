import { createInterface } from 'node:readline/promises';
import { CommandError, EXIT } from './exit.ts';

/**
 * Asks before something that is not easily taken back. On a terminal a person answers; elsewhere the
 * command has to say `--yes`.
 *
 * @throws CommandError with exit code 4 for a no, or where nobody can be asked
 */
export const confirm = async (question: string, saidYes: boolean): Promise<void> => {
  if (saidYes) return;
  if (process.stdin.isTTY !== true) {
    throw new CommandError(`${question} Nothing was done: add --yes to say so.`, EXIT.refused);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError('Nothing was done.', EXIT.refused);
  } finally {
    terminal.close();
  }
};
