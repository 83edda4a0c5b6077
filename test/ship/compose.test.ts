import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createProgram } from '../../src/cli/program.ts';
import { parseConfig, readEnv } from '../../src/config/config.ts';
import { parseRedisUrl } from '../../src/config/redis-url.ts';

/* What docker compose is told, and the passwords that it starts with. */

const TEXT = readFileSync(path.join(import.meta.dirname, '../../docker-compose.yml'), 'utf8');
const Service = z.object({
  image: z.string(),
  build: z.string().optional(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  privileged: z.boolean().optional(),
  cap_drop: z.array(z.string()).default([]),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
  entrypoint: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});
const SERVICES = Object.entries(
  z.object({ services: z.record(z.string(), Service) }).parse(parse(TEXT, { merge: true }))
    .services,
);

describe.each(SERVICES)('%s', (name, service) => {
  test('can’t write to its file system, and has no rights of root’s', () => {
    const { read_only, cap_drop, cap_add, security_opt, privileged } = service;
    expect({ read_only, cap_drop, cap_add, security_opt, privileged }).toEqual({
      read_only: true,
      cap_drop: ['ALL'],
      cap_add: [],
      security_opt: ['no-new-privileges:true'],
      privileged: undefined,
    });
    if (name !== 'secrets') expect(service.user).not.toBe('root');
  });

  test('is built here, or is an image by digest', () => {
    if (service.build === undefined) expect(service.image).toMatch(/:[\d.]+@sha256:[0-9a-f]{64}$/);
    else expect(service.build).toBe('.');
  });

  test('is reached from this machine only, if at all, and holds no folder of this machine', () => {
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const volume of service.volumes) expect(volume).toMatch(/^[a-z-]+:/);
    const secrets = service.volumes.filter(volume => volume.includes('secrets:'));
    expect(secrets.every(volume => !volume.endsWith(':ro'))).toBe(name === 'secrets');
  });

  test('is given no password but by a file, or by whoever starts it', () => {
    for (const [setting, value] of Object.entries(service.environment)) {
      if (setting.endsWith('_FILE')) expect(value).toMatch(/^\/secrets\//);
      else if (/PASSWORD|SECRET|KEY|_URL/.test(setting) && setting !== 'CONSOLE_URL')
        expect(value).toMatch(/^(\$\{POSTGRES_PASSWORD:-\})?$/);
    }
    expect(service.command.join(' ')).not.toMatch(/requirepass|password/i);
  });
});

test.each(
  SERVICES.filter(([, { build, entrypoint }]) => build !== undefined && entrypoint.length === 0),
)('%s is given a command that there is', async (_name, { command }) => {
  const given: string[] = [];
  const program = createProgram(
    () =>
      async (...args) =>
        void given.push(JSON.stringify(args[0])),
  );
  await program.parseAsync(command, { from: 'user' });
  expect(given).toHaveLength(1);
});

test('what Seam and people reach can’t read how the database’s owner signs in, and comes after its role', () => {
  const [web, worker] = ['web', 'worker'].map(
    name => SERVICES.find(([each]) => each === name)?.[1],
  );
  for (const service of [web, worker]) {
    expect(service?.volumes).toEqual(['run-secrets:/secrets:ro']);
    expect(service?.environment.DATABASE_URL_FILE).toBe('/secrets/run-url');
    expect(service?.depends_on.roles).toEqual({ condition: 'service_completed_successfully' });
  }
  for (const [name, { volumes }] of SERVICES) {
    if (name !== 'secrets') expect(volumes).not.toContain('run-secrets:/run-secrets');
  }
});

test('no password is written down, and none has a default', () => {
  expect(TEXT).not.toMatch(/(PASSWORD|SECRET|KEY)[A-Z_]*:-[^}]/);
  expect(TEXT).not.toMatch(/:\/\/[^/\s]*:[^/\s]*@/);
});

test('only Seam’s side reaches out: the database and the queue are on a network of their own', () => {
  const alone = SERVICES.filter(([, { networks }]) => networks.join() === 'data');
  expect(alone.map(([name]) => name).toSorted()).toEqual(['postgres', 'valkey']);
});

const { makeSecrets } = createRequire(import.meta.url)('../../scripts/compose-secrets.cjs') as {
  makeSecrets: (folder: string, runFolder: string, given: string | undefined) => void;
};

describe('the passwords', () => {
  let folder: string;
  let runFolder: string;
  beforeEach(() => {
    [folder = '', runFolder = ''] = [1, 2].map(() =>
      mkdtempSync(path.join(os.tmpdir(), 'seam-reconciler-')),
    );
  });
  afterEach(() => {
    for (const each of [folder, runFolder]) rmSync(each, { recursive: true });
  });
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  const settings = () => {
    const at = (name: string): string => path.join(folder, name);
    const names = { DATABASE_URL_FILE: at('database-url'), REDIS_URL_FILE: at('redis-url') };
    return parseConfig(readEnv(names), ['DATABASE_URL', 'REDIS_URL']);
  };

  test('are made on the first start, long and each its own, and stay', () => {
    makeSecrets(folder, runFolder, '');
    const [postgres, valkey] = [read('postgres-password'), read('valkey-password')];
    expect(postgres).toMatch(/^[\w-]{43}$/);
    expect(valkey).toMatch(/^[\w-]{43}$/);
    expect(postgres).not.toBe(valkey);
    makeSecrets(folder, runFolder, undefined);
    expect([read('postgres-password'), read('valkey-password')]).toEqual([postgres, valkey]);
  });

  test('are in what each of our processes and Valkey read', () => {
    makeSecrets(folder, runFolder, '');
    const { databaseUrl = '', redisUrl = '' } = settings();
    expect(new URL(databaseUrl).password).toBe(read('postgres-password'));
    expect(parseRedisUrl(redisUrl)).toMatchObject({
      password: read('valkey-password'),
      address: { host: 'valkey', port: 6379 },
    });
    expect(read('valkey.conf')).toBe(`requirepass ${read('valkey-password')}\n`);
    for (const name of ['postgres-password', 'valkey.conf', 'database-url']) {
      expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o444);
    }
  });

  test('of the database’s owner is in nothing that web and worker read', () => {
    makeSecrets(folder, runFolder, 'an-owner');
    expect(readdirSync(runFolder).toSorted()).toEqual(['redis-url', 'run-url']);
    const own = new URL(readFileSync(path.join(runFolder, 'run-url'), 'utf8'));
    expect([own.username, own.password]).toEqual(['reconciler_run', read('run-password')]);
    expect(own.password).toMatch(/^[\w-]{43}$/);
    makeSecrets(folder, runFolder, 'another');
    expect(readFileSync(path.join(runFolder, 'run-url'), 'utf8')).toBe(own.href);
  });

  test('the one of a database that exists is taken, whatever is in it, and instead of one that was made', () => {
    makeSecrets(folder, runFolder, '');
    makeSecrets(folder, runFolder, 'p@ss/w:rd #1%');
    expect(read('postgres-password')).toBe('p@ss/w:rd #1%');
    const { password, hostname } = new URL(settings().databaseUrl ?? '');
    expect(decodeURIComponent(password)).toBe('p@ss/w:rd #1%');
    expect(hostname).toBe('postgres');
  });
});
