import { EXIT } from './exit.ts';

/* Whoever reads what a command prints may leave before it is done: `list --json | head -3`. */

/** What was to be printed is for nobody any more. */
export class ReaderGoneError extends Error {
  override readonly name = 'ReaderGoneError';
}

const isReaderGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EPIPE';

/**
 * Lets a command whose reader has left end quietly. What it changes isn't broken off: it goes on to its end, what it
 * prints goes nowhere, and it exits with 141 where it would have with 0. That is what a shell reports of a program
 * that SIGPIPE (13) has ended: 128 + 13. What only prints, page by page, ends at once (`printThrough`).
 */
export const endQuietlyWithoutReader = (): void => {
  let isGone = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', error => {
      if (!isReaderGone(error)) throw error;
      isGone = true;
    });
  }
  process.on('exit', code => {
    if (isGone && code === EXIT.done) process.exitCode = EXIT.readerGone;
  });
};

/** Prints data, and waits until they are out. @throws ReaderGoneError when nobody takes them */
export const printThrough = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, error => {
      if (error === undefined || error === null) resolve();
      else
        reject(isReaderGone(error) ? new ReaderGoneError('nobody reads', { cause: error }) : error);
    });
  });
