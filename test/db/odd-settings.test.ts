import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { type HandDesk, openHandDesk } from '../fixtures/by-hand.ts';
import type { Odds } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';
import { connectAs, liveThrough, somebody } from '../fixtures/life.ts';
import { onDatabase, onRole, onUrl, someOdds } from '../fixtures/odds.ts';
import { IGNORING, startPgBouncer } from '../fixtures/pgbouncer.ts';
import { SECRET } from '../fixtures/settings.ts';

const HOUR_MS = 3_600_000;
const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:?\d\d)?)?/g;
const OWN_ID =
  /[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{12,}\b|(?<=(webview|account|lost|drifted|listed)[_\w]*-?)\d+\b/gi;

/**
 * A time that is read wrongly is hours off, or none. What is as it should be is the same in every world, but for the
 * order of what came at once.
 */
const asEverywhere = (text: string): string[] =>
  text
    .replaceAll(TIME, said => {
      const isNear = Math.abs(Date.parse(said) - Date.now()) < HOUR_MS;
      return isNear ? '<now>' : said;
    })
    .replaceAll(OWN_ID, '<id>')
    .replaceAll(/("(?:duration_ms|[a-z_]*seconds[a-z_]*)": )\d+(\.\d+)?/g, '$1<n>')
    .split('\n')
    .map(line => line.trim().replace(/,$/, ''))
    .toSorted();

const LOOKS = [
  ['list', '--json'],
  ['queue', 'status', '--json'],
  ['audit-log', '--json'],
  ['find', 'mark-user-1', '--json'],
];

/** Somebody's life in a world, as the commands tell it afterwards. */
const liveIn = async (odds: Odds): Promise<Record<string, string[]>> => {
  await using site: HandDesk = await openHandDesk(odds);
  const who = somebody('mark');
  const lived = await connectAs(site, who);
  await liveThrough(site, who, lived);
  const env = { DATABASE_URL: site.database.url, SEAM_WEBHOOK_SECRET: SECRET };
  const [first] = lived.events;
  const told: Record<string, string[]> = {};
  for (const args of [
    ...LOOKS,
    ['show', lived.accountId, '--json'],
    ['delivery', 'verify', String(first?.event_id)],
  ]) {
    const { code, stdout, stderr } = await runHere(args, env);
    told[args.slice(0, 1).join(' ')] = asEverywhere(`${code} ${stdout} ${stderr}`);
  }
  return told;
};

test('whatever is set on a database, a role or a URL, all goes and reads the same', async () => {
  const usual = await liveIn({});
  expect(usual.show).toContain('"state": "linked"');
  for (const { database, role, url } of fc.sample(someOdds, 2)) {
    const odds: Odds = {
      made: name => [...onDatabase(name, database), ...onRole(name, role)],
      reached: address => onUrl(address, url),
    };
    expect({ database, role, url, ...(await liveIn(odds)) }).toEqual({
      database,
      role,
      url,
      ...usual,
    });
  }
});

test.skipIf(!inject('hasPgBouncer'))(
  'the same behind a pooler that lets fall what it is asked',
  async () => {
    const usual = await liveIn({});
    await using pooler = await startPgBouncer(inject('postgresUrl'), { ignoring: IGNORING });
    for (const { database, role, url } of fc.sample(someOdds, 2)) {
      const odds: Odds = {
        made: name => [...onDatabase(name, database), ...onRole(name, role)],
        reached: address => onUrl(pooler.reached(address), url),
      };
      expect({ database, role, url, ...(await liveIn(odds)) }).toEqual({
        database,
        role,
        url,
        ...usual,
      });
    }
  },
);
