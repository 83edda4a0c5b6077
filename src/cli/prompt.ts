import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError, EXIT } from './exit.ts';

/** Whether there is a person to ask. */
export const canAsk = (): boolean => process.stdin.isTTY === true;

/**
 * Asks a person on a terminal for a line. What is asked goes to stderr.
 *
 * @param options.hidden the terminal doesn't show what is typed
 * @returns what was typed, without blanks around it unless it is hidden
 * @throws CommandError (130) for Ctrl-C, and at the end of the input
 */
export const askLine = async (
  question: string,
  { hidden = false }: { hidden?: boolean } = {},
): Promise<string> => {
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const terminal = createInterface({
    input: process.stdin,
    output: hidden ? nowhere : process.stderr,
    // Else what is typed would be shown; where stderr goes into a file, no cursor is to be moved there.
    terminal: hidden || process.stderr.isTTY === true,
  });
  const stop = new AbortController();
  terminal.once('SIGINT', () => stop.abort());
  terminal.once('close', () => stop.abort());
  if (hidden) process.stderr.write(question);
  try {
    const line = await terminal.question(hidden ? '' : question, { signal: stop.signal });
    return hidden ? line : line.trim();
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    if (!hidden) process.stderr.write('\n');
    throw new CommandError('Nothing was done.', EXIT.interrupted);
  } finally {
    terminal.close();
    if (hidden) process.stderr.write('\n');
  }
};
