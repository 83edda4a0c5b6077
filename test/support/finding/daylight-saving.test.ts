import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { addConnection } from '../../fixtures/desk.ts';
import { run } from '../../fixtures/processes.ts';

/*
 * A machine and a database whose clocks show another time in summer: at night an hour that they show twice (1 November
 * 2026 in New York, 05:00 and 06:00 UTC), or not at all (8 March, 07:00 UTC). What we show and order is in UTC.
 */

const ZONE = 'America/New_York';
const TWICE = ['05:10', '05:50', '06:10', '06:50'].map(at => `2026-11-01T${at}:00.000Z`);
const MISSING = ['06:50', '07:10', '07:50'].map(at => `2026-03-08T${at}:00.000Z`);
const MOMENTS = [...MISSING, ...TWICE];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const name = new URL(database.url).pathname.slice(1);
  await database.pool.query(`alter database ${name} set timezone = '${ZONE}'`);
  for (const at of MOMENTS) {
    await addConnection(database, {
      subject: `connect_webview:${at}`,
      state: 'failed',
      reason: 'user_not_found',
      claimedUserId: 'ada',
      updatedAt: new Date(at),
    });
  }
});
afterAll(() => database[Symbol.asyncDispose]());

type Page = {
  reconciliations: { subject: string; updated_at: string }[];
  next_cursor: string | null;
};
const list = async (...options: string[]): Promise<Page> => {
  const env = { DATABASE_URL: database.url, TZ: ZONE };
  const { code, stdout, stderr } = await run(['list', '--json', ...options], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};
const momentsOf = ({ reconciliations }: Page): string[] =>
  reconciliations.map(({ subject, updated_at }) => {
    expect(subject).toBe(`connect_webview:${updated_at}`);
    return updated_at;
  });

test('what happened in an hour that the clocks show twice, or not at all, is listed page by page in its order', async () => {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page = await list('--limit', '3', ...(cursor === '' ? [] : ['--cursor', cursor]));
    seen.push(...momentsOf(page));
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(MOMENTS.toReversed());
});

test('a time is read as UTC, or by the offset that it has', async () => {
  const between = async (since: string, until: string) =>
    momentsOf(await list('--since', since, '--until', until));
  const [, second, third] = TWICE;
  expect(await between('2026-11-01T01:30:00-04:00', '2026-11-01T01:30:00-05:00')).toEqual([
    third,
    second,
  ]);
  expect(await between('2026-03-08T07:00', '2026-03-08T07:30')).toEqual([MISSING[1]]);
});
