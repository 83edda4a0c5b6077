import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findRunning, type Running } from '../../src/cli/laptop.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const CASES = 3_000;

/** A desk with much to do is what there is to be seen. */
const fill = async ({ sandboxUrl }: Running): Promise<void> => {
  if (sandboxUrl === null) throw new Error('npm start came up without its sandbox');
  const response = await fetch(`${sandboxUrl}/fill`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ cases: CASES }),
  });
  const told = await response.text();
  if (!response.ok) throw new Error(`the sandbox was not filled: ${told}`);
};

/** The `npm start` that runs here; else one that is started, and stopped at the end. */
export const useSandbox = async (): Promise<Running & AsyncDisposable> => {
  const running = findRunning();
  if (running !== null) return { ...running, [Symbol.asyncDispose]: async () => undefined };
  const child = spawn(process.execPath, [MAIN, 'dev'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    process.stderr.write(`${line}\n`);
    if (line.startsWith('Press Ctrl-C to stop')) break;
  }
  const started = findRunning();
  if (started === null) throw new Error('npm start did not come up; see above');
  child.stdout.resume();
  await fill(started);
  return {
    ...started,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
};
