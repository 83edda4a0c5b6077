import type { Readable } from 'node:stream';

/** So much is read of an answer, and kept of it. */
const MOST_BYTES = 4_096;
const MOST_CHARACTERS = 500;
/** What it says besides its status is not waited for longer. */
const READ_WITHIN_MS = 2_000;

/**
 * The beginning of what an app answers, as Postgres can hold it. An answer that is long, slow or cut off is as good as
 * what came of it: its status has said what counts.
 *
 * @returns null for nothing
 */
export const readBeginning = (answer: Readable): Promise<string | null> =>
  new Promise(resolve => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => answer.destroy(), READ_WITHIN_MS);
    const end = (): void => {
      clearTimeout(timer);
      resolve(storableText(Buffer.concat(chunks).subarray(0, MOST_BYTES)));
    };
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MOST_BYTES) answer.destroy();
    });
    answer.on('end', end);
    answer.on('close', end);
    answer.on('error', end);
  });

const storableText = (bytes: Buffer): string | null => {
  const text = new TextDecoder().decode(bytes).replaceAll('\0', '\uFFFD').trim();
  // By characters, not halves of them.
  const kept = [...text].slice(0, MOST_CHARACTERS).join('');
  return kept === '' ? null : kept;
};
