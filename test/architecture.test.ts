import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** From the top of the house to the ground: a file imports from its own floor or one below. */
const FLOORS: readonly (readonly string[])[] = [
  ['main.ts'],
  ['cli'],
  ['sandbox'],
  ['services.ts', 'desk.ts'],
  ['work.ts'],
  ['upkeep.ts', 'heartbeat.ts'],
  ['console', 'api'],
  ['context.ts', 'http'],
  ['queue'],
  ['operators'],
  ['support', 'audit'],
  ['backfill'],
  ['reconcile', 'inbox'],
  ['seam', 'users'],
  ['db'],
  [
    'config.ts',
    'log.ts',
    'ops',
    'redis-url.ts',
    'workspaces.ts',
    'config-values.ts',
    'config-schema.ts',
    'config-openid-connect.ts',
  ],
];

/** Words and types that everyone may use; they import nothing that does I/O. */
const VOCABULARY = ['reconcile/outcome.ts', 'seam/subject.ts', 'support/permissions.ts'];
const PURE = [
  ...VOCABULARY,
  'reconcile/account-state.ts',
  'reconcile/decide.ts',
  'reconcile/facts.ts',
  'reconcile/retry.ts',
  'seam/metadata.ts',
  'seam/storable.ts',
  'audit/compare.ts',
  'support/role-words.ts',
  'support/words.ts',
  'support/headline.ts',
  'support/redact.ts',
  'support/engineer-block.ts',
  'support/timings.ts',
  'backfill/report.ts',
];

/** Packages that only some rooms may know. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@seamapi/http': ['seam/'],
  '@seamapi/fake-seam-connect': ['sandbox/'],
  svix: ['seam/', 'sandbox/'],
  bullmq: ['queue/'],
  '@bull-board/api': ['queue/board.ts', 'console/raw-queue-board.ts'],
  ioredis: ['queue/'],
  express: ['http/', 'console/', 'api/', 'desk.ts', 'services.ts', 'sandbox/'],
  helmet: ['console/'],
  cookie: ['console/'],
  hono: ['console/'],
  'openid-client': ['operators/'],
  commander: ['cli/'],
  'drizzle-orm': ['db/drizzle.ts'],
};

const MOST_LINES = 250;

type Import = { from: string; to: string; typeOnly: boolean };

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file =>
  file.endsWith('.ts'),
);

const importsOf = (file: string): Import[] => {
  const source = readFileSync(path.join(SRC, file), 'utf8');
  const found = source.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'/gms);
  const dynamic = source.matchAll(/import\(\s*()'([^']+)'\s*\)/g);
  return [...found, ...dynamic].map(([, type, to = '']) => ({
    from: file,
    to: to.startsWith('.') ? path.join(path.dirname(file), to) : to,
    typeOnly: type !== undefined && type !== '',
  }));
};

const floorOf = (file: string): number => {
  const floor = FLOORS.findIndex(rooms =>
    rooms.some(room => file === room || file.startsWith(`${room}/`)),
  );
  if (floor === -1) throw new Error(`${file} lies in no room that this test knows`);
  return floor;
};

const imports = files.flatMap(importsOf);
const isOwn = ({ to }: Import): boolean => to.endsWith('.ts');
const tell = ({ from, to }: Import): string => `${from} imports ${to}`;

describe('the house', () => {
  test('there are imports to look at', () => {
    expect(imports.filter(isOwn).length).toBeGreaterThan(50);
  });

  test('imports point down, from room to room', () => {
    const upward = imports
      .filter(isOwn)
      .filter(({ to }) => !VOCABULARY.includes(to))
      .filter(({ from, to }) => floorOf(from) > floorOf(to));
    expect(upward.map(tell)).toEqual([]);
  });

  test('what is pure imports nothing but what is pure, or types', () => {
    const impure = imports
      .filter(({ from }) => PURE.includes(from))
      .filter(({ to, typeOnly }) => !typeOnly && !PURE.includes(to));
    expect(impure.map(tell)).toEqual([]);
  });

  test.each(Object.keys(PACKAGES))('%s stays in its rooms', name => {
    const rooms = PACKAGES[name] ?? [];
    const users = imports.filter(({ to }) => to === name || to.startsWith(`${name}/`));
    expect(users).not.toEqual([]);
    const strangers = users.filter(({ from }) => !rooms.some(room => from.startsWith(room)));
    expect(strangers.map(tell)).toEqual([]);
  });

  test('Drizzle is for the database and the rooms that query it', () => {
    const users = imports.filter(({ to }) => to === 'db/drizzle.ts').map(({ from }) => from);
    expect(users).not.toEqual([]);
    const strangers = users.filter(
      from => !/^(db|reconcile|support|operators|sandbox)\//.test(from),
    );
    expect(strangers).toEqual([]);
  });

  test('no file is longer than a person reads at a sitting', () => {
    const linesOf = (file: string): number =>
      readFileSync(path.join(SRC, file), 'utf8').trimEnd().split('\n').length;
    expect(files.filter(file => linesOf(file) > MOST_LINES)).toEqual([]);
  });

  test('only the configuration reads the environment', () => {
    const readers = files.filter(file =>
      /process\.env\b/.test(readFileSync(path.join(SRC, file), 'utf8')),
    );
    expect(readers).toEqual(['config.ts']);
  });
});
