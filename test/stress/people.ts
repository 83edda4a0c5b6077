import type { Settings } from '../chaos/rig.ts';
import { run } from '../fixtures/processes.ts';

/** What a person was told: the status and the answer; null: no answer came, and nobody knows what was done. */
export type Told = Readonly<{ status: number; body: Readonly<Record<string, unknown>> }> | null;

/** The API as people's programs use it, and the commands that the engineer types. */
export type People = Readonly<{
  ask: (of: {
    /** Which of the two processes. */
    serve: number;
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
    path: string;
    body?: Readonly<Record<string, unknown>>;
  }) => Promise<Told>;
  /** @returns the exit code and what it said */
  type: (args: readonly string[]) => Promise<{ code: number | null; stdout: string; said: string }>;
}>;

const ANSWER_LIMIT_MS = 40_000;

/** @param settings what a command needs; @throws Error when no token could be made */
export const openPeople = async (
  urls: readonly string[],
  settings: Settings,
  signal: AbortSignal,
): Promise<People> => {
  const type: People['type'] = async args => {
    const { code, stdout, stderr } = await run(args, { ...settings, LOG_LEVEL: 'warn' });
    return { code, stdout, said: stderr };
  };
  const insist = async (args: readonly string[]): Promise<string> => {
    const { code, stdout, said } = await type(args);
    if (code !== 0) throw new Error(`${args.join(' ')} failed: ${said}`);
    return stdout.trim();
  };
  await insist(['operator', 'add', 'Stress', '--role', 'admin', '--link']);
  const token = await insist(['token', 'create', 's', '--role', 'admin', '--owner', 'Stress']);

  return {
    type,
    ask: async ({ serve, method, path, body }) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
      try {
        const response = await fetch(`${urls[serve]}/api/v1${path}`, {
          method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          signal: limit,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return {
          status: response.status,
          body: (await response.json()) as Record<string, unknown>,
        };
      } catch {
        // Killed, frozen, or cut in the middle.
        signal.throwIfAborted();
        return null;
      }
    },
  };
};
