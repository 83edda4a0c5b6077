import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findRunning, type Running } from '../../src/cli/laptop.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

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
  return {
    ...started,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
};
