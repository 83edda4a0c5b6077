import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { readEnv } from '../../src/config/config.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { addConnection } from '../fixtures/desk.ts';
import { catchPrinted } from '../fixtures/here.ts';
import { createRedis, type TestRedis } from '../fixtures/redis.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';
import { openWay } from '../fixtures/silence.ts';

const stack = new AsyncDisposableStack();
let database: TestDatabase;
let redis: TestRedis;
let seam: TestSeam;
beforeAll(async () => {
  database = stack.use(await createTestDatabase());
  seam = stack.use(await startTestSeam());
  redis = stack.use(await createRedis({ started: inject('hasRedis') }));
  const broken = { state: 'failed', reason: 'user_not_found', accountId: 'a1' } as const;
  await addConnection(database, { subject: 'connect_webview:w1', ...broken });
});
afterAll(() => stack.disposeAsync());

const COMMANDS: readonly (readonly string[])[] = [
  ['show', 'w1'],
  ['find', 'w1'],
  ['list'],
  ['list', '--json'],
  ['retry', 'w1'],
  ['note', 'w1', 'text'],
  ['dismiss', 'w1', '--why', 'text'],
  ['link', 'w1', '--user', 'ada', '--why', 'text'],
  ['queue', 'status'],
  ['queue', 'pause', '--why', 'text'],
  ['replay', '--since', '1h', '--yes'],
  ['prune', '--older-than', '30d', '--dry-run'],
  ['prune', '--older-than', '30d'],
  ['delivery', 'verify', 'x'],
  ['backfill', '--since', '1h'],
  ['drift'],
  ['erase', '--user', 'ada', '--dry-run'],
  ['audit-log'],
  ['operator', 'list'],
  ['token', 'list'],
  ['sessions', 'list'],
  ['doctor'],
];

/** Side by side, since each waits for nothing. @returns how each ended, and all that was printed to stderr */
const runAll = async (
  urls: Readonly<Record<string, string>>,
): Promise<{ codes: Record<string, number>; stderr: string }> => {
  const env = {
    SEAM_API_KEY: seam.apiKey,
    SEAM_ENDPOINT: seam.endpoint,
    SEAM_WEBHOOK_SECRET: SECRET,
    ...urls,
  };
  const { result, stderr } = await catchPrinted(() =>
    Promise.all(
      COMMANDS.map(async args => [args.join(' '), await runCli(args, readEnv(env))] as const),
    ),
  );
  return { codes: Object.fromEntries(result), stderr };
};

test('with a Postgres that says nothing each command ends, and says so in a line', async () => {
  await using way = await openWay(database.url);
  way.fallSilent();
  const { codes, stderr } = await runAll({ DATABASE_URL: way.url });
  expect(codes).toEqual(Object.fromEntries(COMMANDS.map(args => [args.join(' '), 1])));
  const lines = Object.groupBy(stderr.trimEnd().split('\n'), line => line);
  expect(Object.keys(lines).toSorted()).toEqual([
    expect.stringMatching(/^\d+ of \d+ need attention\.$/),
    "Postgres can't be used (DATABASE_URL): it doesn't answer.",
  ]);
});

test.skipIf(!inject('hasRedis'))(
  'with a Redis that says nothing each command ends, and does what it can',
  async () => {
    await using way = await openWay(redis.url);
    way.fallSilent();
    const { codes, stderr } = await runAll({ DATABASE_URL: database.url, REDIS_URL: way.url });
    expect(Object.keys(codes)).toEqual(COMMANDS.map(args => args.join(' ')));
    // Asked for all the same: the sweep finds what the queue could not be told.
    expect(codes).toMatchObject({ 'retry w1': 0, 'replay --since 1h --yes': 0, list: 0 });
    expect(stderr).not.toMatch(/\n\s+at /);
  },
);
