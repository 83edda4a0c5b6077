import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { circleAmong } from './fixtures/circle.ts';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/**
 * From the top of the house to the ground (docs/architecture.md draws it): a file imports from its own floor or
 * one below. Rooms that share a floor don't know each other.
 */
const FLOORS: readonly (readonly string[])[] = [
  ['main.ts'],
  ['cli'],
  ['sandbox'],
  ['library'],
  ['app'],
  ['console', 'api'],
  ['vitals/measure.ts', 'vitals/accounts.ts', 'vitals/loop.ts'],
  ['support'],
  ['alerts'],
  ['operators', 'drift'],
  ['audit-log'],
  ['http'],
  ['queue'],
  ['endpoints', 'backfill'],
  ['reconcile'],
  ['inbox'],
  ['books', 'seam', 'users', 'metrics', 'outbox', 'vitals'],
  ['db'],
  ['config'],
  ['access', 'ops'],
  ['model'],
];

/** What must go on when the desk is gone. */
const ENGINE = [
  'http',
  'inbox',
  'queue',
  'reconcile',
  'backfill',
  'endpoints',
  'outbox',
  'books',
  'seam',
  'users',
  'metrics',
  'db',
];
/** What a person works with. */
const DESK = ['support', 'console', 'api', 'operators', 'drift', 'audit-log'];

/** Of the engine: how it answers requests, what Seam can say and be asked for, and BullMQ's board for those on call. */
const KNOWN_TO_FACES = ['http', 'seam', 'queue/board.ts'];

/** Decisions and words: they import nothing that does I/O. */
const PURE = [
  'model/',
  'access/',
  'books/state-machine.ts',
  'config/user-identity.ts',
  'reconcile/account-state.ts',
  'reconcile/decide.ts',
  'reconcile/facts.ts',
  'reconcile/identity.ts',
  'reconcile/retry.ts',
  'reconcile/verdict.ts',
  'outbox/body.ts',
  'endpoints/plan.ts',
  'seam/metadata.ts',
  'seam/storable.ts',
  'seam/timestamp.ts',
  'drift/compare.ts',
  'drift/findings.ts',
  'support/words/',
  'support/cases/headline.ts',
  'support/cases/next-step.ts',
  'support/cases/engineer-block.ts',
  'support/cases/named-twice.ts',
  'metrics/timings.ts',
  'backfill/report.ts',
  'alerts/evaluate.ts',
  'alerts/given.ts',
  'alerts/pages.ts',
  'alerts/retry.ts',
  'alerts/rules-of-seam.ts',
  'alerts/rules.ts',
  'alerts/silences.ts',
  'alerts/words.ts',
  'vitals/workers.ts',
];

/** Packages that only some rooms may know. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@seamapi/http': ['seam/'],
  '@seamapi/fake-seam-connect': ['sandbox/'],
  '@simplewebauthn/server': ['operators/passkeys/'],
  svix: ['seam/', 'endpoints/', 'sandbox/'],
  bullmq: ['queue/'],
  '@bull-board/api': ['queue/board.ts', 'console/raw-queue/'],
  ioredis: ['queue/'],
  express: ['http/', 'console/', 'api/', 'app/', 'sandbox/'],
  'prom-client': ['metrics/'],
  helmet: ['console/'],
  cookie: ['console/'],
  hono: ['console/'],
  'openid-client': ['operators/'],
  commander: ['cli/'],
  '@opentelemetry/api': ['ops/tracing.ts', 'app/tracing'],
  '@opentelemetry/sdk-trace': ['app/tracing-sdk.ts'],
  nodemailer: ['alerts/'],
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

const isIn = (file: string, rooms: readonly string[]): boolean =>
  rooms.some(room => file === room || file.startsWith(room.endsWith('/') ? room : `${room}/`));

const floorOf = (file: string): number => {
  const floor = FLOORS.findIndex(rooms => isIn(file, rooms));
  if (floor === -1) throw new Error(`${file} lies in no room that this test knows`);
  return floor;
};

const roomOf = (file: string): string => file.split('/')[0] ?? file;

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
      .filter(({ from, to }) => roomOf(from) !== roomOf(to) && floorOf(from) >= floorOf(to));
    expect(upward.map(tell)).toEqual([]);
  });

  test('the engine knows nothing of the desk', () => {
    const known = imports.filter(({ from, to }) => isIn(from, ENGINE) && isIn(to, DESK));
    expect(known.map(tell)).toEqual([]);
  });

  test('no file imports itself by way of others', () => {
    expect(circleAmong(imports.filter(isOwn))).toBeNull();
  });

  test('a circle would be found', () => {
    const edges = ['ab', 'bc', 'cd', 'db'].map(([from = '', to = '']) => ({ from, to }));
    expect(circleAmong(edges)).toEqual(['b', 'c', 'd', 'b']);
    expect(circleAmong(edges.slice(0, 3))).toBeNull();
  });

  test('what is pure imports nothing but what is pure, or types', () => {
    const impure = imports
      .filter(({ from }) => isIn(from, PURE))
      .filter(({ to, typeOnly }) => !typeOnly && !isIn(to, PURE));
    expect(impure.map(tell)).toEqual([]);
  });

  test('what a viewer may not see is hidden by whoever reads it, by no face', () => {
    const hiding = imports.filter(
      ({ from, to }) =>
        isIn(from, ['console', 'api', 'cli']) &&
        isIn(to, ['access/mask.ts', 'access/personal.ts', 'access/redact.ts']),
    );
    expect(hiding.map(tell)).toEqual([]);
  });

  test('a page or an answer reads nothing past what hides it: no table, no query, no reader of the engine', () => {
    const isFace = (file: string): boolean => isIn(file, ['console', 'api']);
    const past = imports.filter(
      ({ from, to, typeOnly }) =>
        isFace(from) && !typeOnly && isIn(to, [...ENGINE, 'drift']) && !isIn(to, KNOWN_TO_FACES),
    );
    expect(past.map(tell)).toEqual([]);
    const querying = files.filter(
      file =>
        isFace(file) && /\.(?:query|execute)\(/.test(readFileSync(path.join(SRC, file), 'utf8')),
    );
    expect(querying).toEqual(['api/idempotency.ts']);
  });

  test('at the root lies the entry, and nothing else', () => {
    expect(files.filter(file => !file.includes('/'))).toEqual(['main.ts']);
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
      from => !/^(db|reconcile|metrics|audit-log|support|operators|sandbox)\//.test(from),
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
    expect(readers).toEqual(['config/config.ts']);
  });
});
