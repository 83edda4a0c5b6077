import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../fixtures/wait.ts';
import { SECRET } from './messages.ts';
import type { Site } from './rig.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A process of ours, started as an engineer would, its log thrown away. */
export type Service = Readonly<{ pid: number; url: string; startedInMs: number }> & AsyncDisposable;

/** @param options.port where its `/readyz` will be @param options.args e.g. `['serve']` */
export const startService = async (options: {
  args: readonly string[];
  site: Site;
  port: number;
  seamEndpoint?: string;
  env?: Readonly<Record<string, string>>;
}): Promise<Service> => {
  const { args, site, port, seamEndpoint = 'http://127.0.0.1:9', env } = options;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      CONSOLE_URL: 'http://localhost',
      DATABASE_URL: site.databaseUrl,
      ...(site.redisUrl === undefined ? {} : { REDIS_URL: site.redisUrl }),
      SEAM_API_KEY: 'seam_bench_key',
      SEAM_ENDPOINT: seamEndpoint,
      SEAM_WEBHOOK_SECRET: SECRET,
      PORT: String(port),
      SHUTDOWN_DELAY_SECONDS: '0',
      // What goes on by itself, hourly or every ten minutes, is not what is measured.
      BACKFILL_EVERY_MINUTES: '0',
      RETENTION_DAYS: '0',
      ...env,
    },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  // Whatever becomes of the bench, nothing is left running.
  const endNow = (): void => void child.kill('SIGKILL');
  process.once('exit', endNow);
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    process.off('exit', endNow);
  };
  const untilReady = until(`${args.join(' ')} to be ready`, async () => {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended (${child.exitCode})`);
    try {
      return (await fetch(`${url}/readyz`)).ok;
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  });
  try {
    await untilReady;
  } catch (error) {
    await end();
    throw error;
  }
  return {
    pid: child.pid ?? 0,
    url,
    startedInMs: performance.now() - startedAt,
    [Symbol.asyncDispose]: end,
  };
};
