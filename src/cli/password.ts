import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError, EXIT } from './exit.ts';

/**
 * A password: from stdin where the command says so, else asked for twice on a terminal, which doesn't show it.
 *
 * @throws CommandError where there is no terminal, the two differ, or Ctrl-C was pressed
 */
export const readPassword = async (fromStdin: boolean): Promise<string> => {
  if (fromStdin) return readStdin();
  if (process.stdin.isTTY !== true) {
    throw new CommandError('There is no terminal to ask on: add --password-stdin.', EXIT.usage);
  }
  const password = await askHidden('Password: ');
  if (password !== (await askHidden('Repeat password: '))) {
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

const askHidden = async (question: string): Promise<string> => {
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const stop = new AbortController();
  terminal.once('SIGINT', () => stop.abort());
  process.stderr.write(question);
  try {
    return await terminal.question('', { signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new CommandError('Nothing was done.', EXIT.interrupted);
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
};
