import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Config, Env } from '../config/config.ts';
import { isGiven } from '../config/secret-files.ts';

/** Where `npm start` keeps what must outlast it. */
export const DATA_FOLDER = fileURLToPath(new URL('../../.data', import.meta.url));
const RUNNING_FILE = path.join(DATA_FOLDER, 'running.json');

/** What a running `npm start` tells the other commands on this machine. */
const runningSchema = z.object({
  pid: z.number(),
  databaseUrl: z.string(),
  redisUrl: z.string().nullable(),
  sandboxUrl: z.string().nullable(),
  /** Where its console and its API are; null: none is offered. */
  consoleUrl: z.string().nullable().default(null),
  /** What it asks Seam (or the sandbox that plays it) with, and checks signatures with: settings, by name. */
  seamSettings: z.record(z.string(), z.string()),
  /** How it finds the app's users, and the like: settings, by name. */
  appSettings: z.record(z.string(), z.string()).default({}),
});
export type Running = z.infer<typeof runningSchema>;

const ENDPOINT_KEY_FILE = path.join(DATA_FOLDER, 'endpoint-secrets-key');

/** What seals the secrets of endpoints, where no setting says: made once and kept, as they can't be opened without it. */
const ownEndpointKey = (): string => {
  if (!existsSync(ENDPOINT_KEY_FILE)) {
    mkdirSync(DATA_FOLDER, { recursive: true });
    writeFileSync(ENDPOINT_KEY_FILE, randomBytes(32).toString('base64'), { mode: 0o600 });
  }
  return readFileSync(ENDPOINT_KEY_FILE, 'utf8');
};

/** An app that is tried out listens on this machine. */
const LOOPBACK = ['127.0.0.0/8', '::1'];

/** Endpoints need no settings on a laptop. In production nothing is made up. */
export const withOwnEndpointSettings = (config: Config): Config => {
  if (config.production) return config;
  const { endpointSecretsKeys: keys, endpointPrivateNetworks: networks } = config;
  return {
    ...config,
    endpointSecretsKeys: keys.length > 0 ? keys : [ownEndpointKey()],
    endpointPrivateNetworks: networks.length > 0 ? networks : LOOPBACK,
  };
};

/** The same as settings by name, for the other commands on this machine. */
export const endpointSettings = ({
  endpointSecretsKeys,
  endpointPrivateNetworks,
}: Config): Record<string, string> => ({
  ENDPOINT_SECRETS_KEY: endpointSecretsKeys.join(','),
  ENDPOINT_PRIVATE_NETWORKS: endpointPrivateNetworks.join(','),
});

/** The `npm start` that runs from this clone, if one does. */
export const findRunning = (): Running | null => {
  try {
    const running = runningSchema.parse(JSON.parse(readFileSync(RUNNING_FILE, 'utf8')));
    return isAlive(running.pid) ? running : null;
  } catch (error) {
    // None has run yet, or one was killed while it wrote.
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (absent || error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Says that `npm start` runs; disposing takes it back. The file holds secrets: for its owner only. */
export const announceRunning = (running: Running): Disposable => {
  mkdirSync(DATA_FOLDER, { recursive: true });
  writeFileSync(RUNNING_FILE, JSON.stringify(running), { mode: 0o600 });
  return { [Symbol.dispose]: () => rmSync(RUNNING_FILE, { force: true }) };
};

/** Who sets one of these means another Seam than that of the running `npm start`. */
const OPENING_SEAM = ['SEAM_API_KEY', 'SEAM_PERSONAL_ACCESS_TOKEN', 'SEAM_WORKSPACES'];

/**
 * On a laptop, commands that look at data use what a running `npm start` uses, unless DATABASE_URL says
 * otherwise. Never in production, and never for `serve`, `work` and `migrate`.
 */
export const withLaptopSettings = (env: Env): Env => {
  if (isGiven(env, 'DATABASE_URL') || env.NODE_ENV === 'production') return env;
  const running = findRunning();
  if (running === null) return env;
  return {
    ...running.appSettings,
    ...env,
    DATABASE_URL: running.databaseUrl,
    REDIS_URL_FILE: undefined,
    REDIS_URL: running.redisUrl ?? undefined,
    // As a whole or not at all: a key of one Seam is of no use at another.
    ...(OPENING_SEAM.some(name => isGiven(env, name)) ? {} : running.seamSettings),
  };
};
