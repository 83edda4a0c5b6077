import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from './wait.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
export const CRASH_MAIN = fileURLToPath(new URL('./crash-main.ts', import.meta.url));

type LogLine = Readonly<Record<string, unknown> & { msg?: string }>;

/** `node src/main.ts …` as a child process of the test. */
export type Running = Readonly<{
  pid: number;
  /** Its JSON log lines so far. */
  log: readonly LogLine[];
  /** Waits for a log line with this message. */
  logged: (message: string) => Promise<LogLine>;
  /** Waits for the end. @returns the signal that ended it, if one did */
  ended: () => Promise<NodeJS.Signals | null>;
  /** Sends a signal and waits for the end. @returns the exit code, null when the signal ended it */
  stop: (signal: NodeJS.Signals) => Promise<number | null>;
}> &
  AsyncDisposable;

/** Only what a test sets: nothing of this machine's settings reaches the child. */
const childEnv = (env: Readonly<Record<string, string>>): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  ...env,
});

export const start = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  main: string = MAIN,
): Running => {
  const child = spawn(process.execPath, [main, ...args], {
    env: childEnv({ LOG_LEVEL: 'debug', ...env }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log: LogLine[] = [];
  createInterface({ input: child.stderr }).on('line', line => {
    log.push(line.startsWith('{') ? (JSON.parse(line) as LogLine) : { msg: line });
  });
  const ended = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    log,
    logged: message =>
      until(`"${message}" in the log of ${args.join(' ')}`, () => {
        if (hasEnded(child) && !log.some(line => line.msg === message)) {
          throw new Error(`${args.join(' ')} ended early: ${log.map(l => l.msg).join('\n')}`);
        }
        return log.find(line => line.msg === message);
      }),
    ended: async () => {
      const [, signal] = (await ended) as [number | null, NodeJS.Signals | null];
      return signal;
    },
    stop: async signal => {
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
    [Symbol.asyncDispose]: async () => {
      if (!hasEnded(child)) child.kill('SIGKILL');
      await ended;
    },
  };
};

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

/** Runs a command to its end. */
export const run = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  main: string = MAIN,
): Promise<{ code: number | null; stdout: string; stderr: string }> => {
  const child = spawn(process.execPath, [main, ...args], {
    env: childEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return {
    code,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  };
};
