import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnv } from '../fixtures/processes.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** An error that nobody caught is told with all that hangs on it, its name first. */
const LINES_KEPT = 400;
/** Of a life that ended by itself, if it named no error: so many of its last lines. */
const LAST_WORDS = 12;
const STOP_LIMIT_MS = 30_000;
const RESTART_AFTER_MS = 500;
/** Before, it may not listen for signals yet: SIGTERM would end it as it would any program. */
const SETTLED_IN_MS = 10_000;
/** A program that can't live is not started for ever. */
const CRASHES_AT_MOST = 10;

/** One `serve` or `work` of ours, started again whenever it ends, as an orchestrator would. */
export type Member = Readonly<{
  name: string;
  start: () => void;
  /** Ends it as a crash does; it stays down until `start`. */
  kill: () => Promise<void>;
  freeze: () => void;
  thaw: () => void;
  /** Asks it to finish (SIGTERM) and waits for its end. */
  stop: () => Promise<void>;
  /** The last log lines of its present life. */
  lastLines: readonly string[];
  /** Ends that nobody had asked for, and stops that went wrong. */
  complaints: readonly string[];
}> &
  AsyncDisposable;

/** @param signal once it fires, nothing is started again */
export const createMember = (options: {
  name: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
}): Member => {
  const { name, args, env, signal } = options;
  const lastLines: string[] = [];
  const complaints: string[] = [];
  let child: ChildProcess | null = null;
  let wanted = false;
  let awakeSinceMs = 0;

  const onEnd = (ended: ChildProcess): void => {
    if (child !== ended || !wanted || signal.aborted) return;
    const said = lastLines.findLast(line => /^\w*error\b/i.test(line));
    const why = said ?? lastLines.slice(-LAST_WORDS).join(' | ');
    complaints.push(
      `${name} ended by itself (${ended.exitCode ?? ended.signalCode}): ${why === '' ? 'it did not say why' : why}`,
    );
    if (complaints.length <= CRASHES_AT_MOST) {
      setTimeout(() => {
        if (child === ended && wanted && !signal.aborted) start();
      }, RESTART_AFTER_MS).unref();
    }
  };
  const start = (): void => {
    const started = spawn(process.execPath, [MAIN, ...args], {
      env: childEnv({ LOG_LEVEL: 'warn', ...env }),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    lastLines.length = 0;
    wanted = true;
    awakeSinceMs = performance.now();
    createInterface({ input: started.stderr }).on('line', line => {
      lastLines.push(line);
      if (lastLines.length > LINES_KEPT) lastLines.shift();
    });
    // After its end also its last words have been read.
    started.on('close', () => onEnd(started));
  };
  const end = async (how: NodeJS.Signals): Promise<ChildProcess | null> => {
    wanted = false;
    if (child === null || hasEnded(child)) return child;
    const exited = once(child, 'exit');
    child.kill(how);
    await exited;
    return child;
  };
  const sendToRunning = (how: NodeJS.Signals): void => {
    if (child !== null && !hasEnded(child)) child.kill(how);
  };

  return {
    name,
    start,
    kill: async () => void (await end('SIGKILL')),
    freeze: () => sendToRunning('SIGSTOP'),
    thaw: () => {
      sendToRunning('SIGCONT');
      awakeSinceMs = performance.now();
    },
    stop: async () => {
      await sleep(Math.max(0, awakeSinceMs + SETTLED_IN_MS - performance.now()), undefined, {
        signal,
      });
      const timer = setTimeout(() => {
        complaints.push(`${name} did not stop within ${STOP_LIMIT_MS / 1000} s`);
        sendToRunning('SIGKILL');
      }, STOP_LIMIT_MS);
      const ended = await end('SIGTERM');
      clearTimeout(timer);
      const code = ended?.exitCode ?? ended?.signalCode;
      if (code !== 0) complaints.push(`${name} stopped with ${code} instead of 0`);
    },
    lastLines,
    complaints,
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  };
};

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;
