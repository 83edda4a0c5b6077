import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';

const MINUTE_MS = 60_000;

let database: TestDatabase;
let fake: TestSeam;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  fake = await startTestSeam();
  env = {
    DATABASE_URL: database.url,
    SEAM_API_KEY: fake.apiKey,
    SEAM_ENDPOINT: fake.endpoint,
    SEAM_WEBHOOK_SECRET: SECRET,
  };
});
afterAll(async () => {
  await fake[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  fake.fake.database.events.length = 0;
  await database.pool.query(
    'truncate reconciler.backfill_gaps, reconciler.pruned, reconciler.deliveries, reconciler.uncounted',
  );
});
afterEach(() => {
  vi.useRealTimers();
});

const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();
const make = (at: string, account: string) =>
  fake.event('connected_account.disconnected', {
    connected_account_id: account,
    created_at: at,
    occurred_at: at,
  });
const backfill = (...args: string[]) => runHere(['backfill', ...args], env);

test('goes on past what Seam gives only in part, says what is left, and exits with 5', async () => {
  const at = ago(60);
  for (let n = 0; n < 501; n++) make(at, `account-${n}`);
  make(ago(30), 'later');
  const told = await backfill('--since', '2h');
  expect(told.code).toBe(5);
  expect(told.stdout).toContain('501 were missing');
  expect(told.stderr).toContain(`Seam lists more events of one instant than it gives, at ${at}:`);
  const { code, stdout } = await backfill('--since', '2h', '--json');
  const until = new Date(Date.parse(at) + 1).toISOString();
  expect(JSON.parse(stdout).backfills).toMatchObject([
    { complete: false, gaps: [{ from: at, until }] },
  ]);
  expect(code).toBe(5);
  const status = await runHere(['queue', 'status'], env);
  expect(status.stdout).toContain(`GAP: from ${at} until ${until}. Seam lists more events`);
  fake.fake.database.events.length = 400;
  expect(await backfill('--since', '2h')).toMatchObject({ code: 0, stderr: '' });
  expect((await runHere(['queue', 'status'], env)).stdout).not.toContain('GAP');
});

test('says how many are older than what is kept, and from when on it can tell', async () => {
  const at = ago(3 * 24 * 60);
  await database.pool.query("insert into reconciler.pruned values ('deliveries', $1)", [at]);
  await database.pool.query(
    `insert into reconciler.reconciliations (subject, generation, observed_generation, state)
     values ('connected_account:known', 1, 1, 'linked')`,
  );
  make(at, 'known');
  const told = await backfill('--since', '4d');
  expect(told.code).toBe(0);
  expect(told.stdout).toContain('0 were missing here.');
  expect(told.stdout).toContain(
    `1 more is not here, but no newer than what was pruned (up to ${at})`,
  );
  const { stdout } = await backfill('--since', '4d', '--json');
  expect(JSON.parse(stdout).backfills).toMatchObject([
    { missing: 0, older_than_kept: 1, can_tell_after: at, complete: true },
  ]);
});

test('"an hour ago" and "until now" are by the database, whatever the clock here says', async () => {
  make(ago(50), 'within the hour');
  make(ago(70), 'before');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 60 * MINUTE_MS });
  const { code, stdout } = await backfill('--since', '1h', '--json');
  vi.useRealTimers();
  expect(code).toBe(0);
  const [{ until, listed }] = JSON.parse(stdout).backfills;
  expect(listed).toBe(1);
  expect(Date.parse(until)).toBeGreaterThan(Date.now() - 10 * MINUTE_MS);
});
