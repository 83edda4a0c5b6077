import { CommandError, EXIT } from './exit.ts';
import { askLine, canAsk } from './prompt.ts';

/**
 * A password: from stdin where the command says so, else asked for twice on a terminal, which doesn't show it.
 *
 * @throws CommandError where there is no terminal, the two differ, or Ctrl-C was pressed
 */
export const readPassword = async (fromStdin: boolean): Promise<string> => {
  if (fromStdin) return readStdin();
  if (!canAsk()) {
    throw new CommandError('There is no terminal to ask on: add --password-stdin.', EXIT.usage);
  }
  const password = await askLine('Password: ', { hidden: true });
  if (password !== (await askLine('Repeat password: ', { hidden: true }))) {
    throw new CommandError("The two passwords don't match. Nothing was done.", EXIT.usage);
  }
  return password;
};

/** All of it, but for the line's end. */
const readStdin = async (): Promise<string> => {
  let text = '';
  for await (const piece of process.stdin.setEncoding('utf8')) text += piece;
  return text.replace(/\r?\n$/, '');
};
