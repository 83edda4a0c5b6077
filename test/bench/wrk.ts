import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { SignedMessage } from './messages.ts';

const SCRIPT = fileURLToPath(new URL('./programs/wrk.lua', import.meta.url));

/** A load generator that takes a fraction of the CPU that answering takes. */
export const hasWrk = (): boolean => spawnSync('wrk', ['--version']).error === undefined;

const answerSchema = z.object({
  answered: z.number(),
  microseconds: z.number(),
  refused: z.number(),
  failed: z.number(),
  p50: z.number(),
  p99: z.number(),
  max: z.number(),
});

/** What came of sending for some seconds. */
export type WrkAnswer = Readonly<{
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  taken: number;
  refused: number;
  failed: number;
}>;

/** Writes messages as the requests that wrk sends. @param target the address that they go to */
export const writeRequests = async (
  file: string,
  target: string,
  messages: readonly SignedMessage[],
): Promise<void> => {
  const { pathname, host } = new URL(target);
  const requests = messages.map(({ headers, body }) => {
    const lines = Object.entries({ host, 'content-length': String(body.length), ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const request = `POST ${pathname} HTTP/1.1\r\n${head}\r\n${body}`;
    return `${request.length}\n${request}`;
  });
  await writeFile(file, requests.join(''), 'latin1');
};

/** Where there are more than two cores: away from what is measured. */
const pinned = (command: string[]): [string, string[]] => {
  const cores = os.availableParallelism();
  const [program = '', ...args] =
    cores > 2 ? ['taskset', '-c', String(cores - 1), ...command] : command;
  return [program, args];
};

/**
 * Sends the requests of a file for so many seconds, each connection the next one when the last was answered.
 *
 * @param options.count how many there are
 * @throws Error when they did not last
 */
export const runWrk = async (options: {
  url: string;
  file: string;
  count: number;
  connections: number;
  seconds: number;
}): Promise<WrkAnswer> => {
  const { url, file, count, connections, seconds } = options;
  const [program, args] = pinned([
    ...['wrk', '-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', '60s'],
    ...['-s', SCRIPT, url, '--', file],
  ]);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [stdout] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
  const line = Buffer.concat(stdout)
    .toString()
    .split('\n')
    .findLast(text => text.startsWith('{'));
  const answer = answerSchema.parse(JSON.parse(line ?? 'null'));
  if (answer.answered + connections > count) {
    throw new Error(`${count} requests did not last for ${seconds} s: make more`);
  }
  return {
    perSecond: (answer.answered * 1e6) / answer.microseconds,
    p50Ms: answer.p50 / 1_000,
    p99Ms: answer.p99 / 1_000,
    taken: answer.answered - answer.refused,
    refused: answer.refused,
    failed: answer.failed,
  };
};
