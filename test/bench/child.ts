import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A program of the bench, in a process of its own. Answers each message with one. */
export type Child<Request, Answer> = Readonly<{
  pid: number;
  ask: (request: Request) => Promise<Answer>;
}> &
  AsyncDisposable;

const CLOCK_TICKS_PER_SECOND = 100;

/** CPU seconds that a process has used, its threads included. Source: proc(5), fields 14 and 15 */
export const cpuSeconds = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
};

/** Resident memory of a process in MB, now and at its highest. Source: proc(5), VmRSS and VmHWM */
export const memoryMb = (pid: number): { now: number; peak: number } => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024);
  return { now: read('VmRSS'), peak: read('VmHWM') };
};

/** Starts a program of this folder and waits until it says that it is ready. */
export const startChild = async <Request, Answer>(
  program: string,
  args: readonly string[],
): Promise<Child<Request, Answer>> => {
  const child: ChildProcess = fork(
    fileURLToPath(new URL(`./programs/${program}.ts`, import.meta.url)),
    args,
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' },
  );
  const ended = once(child, 'exit');
  const nextMessage = async (): Promise<unknown> => {
    const answered = new AbortController();
    const early = once(child, 'exit', { signal: answered.signal }).then(([code]) => {
      throw new Error(`${program} ended (${code}) before it answered`);
    });
    const [message] = await Promise.race([once(child, 'message'), early]);
    // What is left waiting for the end is no longer heard.
    early.catch(() => undefined);
    answered.abort();
    return message;
  };
  await nextMessage();
  return {
    pid: child.pid ?? 0,
    ask: async request => {
      const answer = nextMessage();
      child.send(request as never);
      return (await answer) as Answer;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
};

/** The other side: answers what the parent asks, one at a time, until the parent is gone. */
export const answerParent = <Request, Answer>(
  answer: (request: Request) => Promise<Answer>,
): void => {
  process.on('message', (request: Request) => {
    answer(request).then(
      result => process.send?.(result),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
};
