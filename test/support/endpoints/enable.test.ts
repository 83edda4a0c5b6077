import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { arrangeAll } from '../../../src/outbox/arranging.ts';
import { disableEndpoint, enableEndpoint } from '../../../src/support/endpoints/enable.ts';
import { readEndpoint } from '../../../src/support/endpoints/read.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { openTelling, type Telling } from '../../fixtures/telling.ts';

let site: Telling;
beforeAll(async () => {
  site = await openTelling();
});
afterAll(() => site[Symbol.asyncDispose]());
afterEach(async () => {
  await site.database.pool.query(
    'truncate reconciler.endpoints, reconciler.messages, reconciler.outbox, reconciler.audit_log cascade',
  );
});

const why = 'a test';
const disable = (id: number) => disableEndpoint(site.desk, SHELL, id, { why });
const enable = (id: number, missed: 'send' | 'skip' = 'send', actor = SHELL) =>
  enableEndpoint(site.desk, actor, id, { missed });
const waiting = (...positions: readonly number[]) => positions.map(each => `${each} waiting`);
/** It is disabled by what happened, some time ago. */
const disabledBy = (id: number, because: string, ago: string) =>
  site.database.pool.query(
    `update reconciler.endpoints set disabled_at = now() - $3::interval, disabled_because = $2,
            failing_since = now() - interval '6 days', failures = 90, fault = 'x' where id = $1`,
    [id, because, ago],
  );

test('what came while it was disabled is sent in order, as far as it wants it', async () => {
  const before = await site.tell({}, {});
  const id = await site.add({ types: ['account.linked'], workspaces: ['hotels'] });
  const [had = 0, taken = 0] = await site.tell({}, {});
  await site.end(id, taken, 'delivered');
  await disable(id);
  const [one = 0, , two = 0] = await site.tell({}, { type: 'account.deleted' }, {});
  await site.tell({ workspace: 'flats' });
  expect(await site.stands(id)).toEqual([...waiting(had), `${taken} delivered`]);
  // What is committed and not arranged yet has come, too.
  await site.commit({});
  site.news();
  expect(await enable(id)).toEqual({ owed: 3 });
  expect(await site.stands(id)).toEqual([
    ...waiting(had),
    `${taken} delivered`,
    ...waiting(one, two, two + 2),
  ]);
  expect(before.length).toBe(2);
  expect(site.news()).toContain(id);
  expect(await site.audit('enable_endpoint')).toMatchObject([
    {
      target: `endpoint:${id}`,
      before: { state: 'disabled', disabled_because: 'person' },
      after: { state: 'enabled', missed: 'send' },
    },
  ]);
  const [later = 0] = await site.tell({});
  expect((await site.stands(id)).at(-1)).toBe(`${later} waiting`);
});

test('what it missed is skipped where that is wanted, and what waited is sent', async () => {
  const id = await site.add();
  const [had = 0] = await site.tell({});
  await site.end(id, had, 'waiting', 7);
  await disable(id);
  await site.tell({});
  expect(await enable(id, 'skip')).toEqual({ owed: 0 });
  expect(await site.stands(id)).toEqual(waiting(had));
  const { rows } = await site.database.pool.query(
    'select attempts, due_at from reconciler.sendings',
  );
  expect(rows).toEqual([{ attempts: 0, due_at: null }]);
});

test('one that failed for days begins anew, with all that it missed in that time', async () => {
  const id = await site.add();
  const at = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);
  await site.database.pool.query(
    `update reconciler.endpoints set created_at = now() - interval '9 days'`,
  );
  const [had = 0] = await site.tell({ at: at(60) });
  await site.end(id, had, 'dead', 8);
  await disabledBy(id, 'failing', '50 hours');
  const missed = await site.tell({ at: at(49) }, { at: at(20) }, {});
  expect(await enable(id)).toEqual({ owed: 3 });
  expect(await site.stands(id)).toEqual([`${had} dead`, ...waiting(...missed)]);
  expect(await readEndpoint(site.desk, SHELL, id)).toMatchObject({
    ...{ state: 'enabled', failures: 0, failingSince: null, fault: null, disabledBecause: null },
  });
});

test('messages from before it was added are not what it missed', async () => {
  await site.tell({});
  const id = await site.add();
  await disable(id);
  expect(await enable(id)).toEqual({ owed: 0 });
  expect(await site.stands(id)).toEqual([]);
});

test('what is arranged while it is being enabled is not missed', async () => {
  const id = await site.add();
  await disable(id);
  const { pool } = site.database;
  const loop = async (): Promise<void> => {
    for (let n = 0; n < 40; n++) {
      await site.commit({});
      await arrangeAll(pool);
    }
  };
  const [, { owed }] = await Promise.all([loop(), enable(id)]);
  await arrangeAll(pool);
  const { rows } = await pool.query('select position::int from reconciler.messages order by 1');
  expect(await site.stands(id)).toEqual(waiting(...rows.map(({ position }) => position)));
  expect(owed).toBeLessThanOrEqual(40);
});

test('what is arranged at that moment is not missed, though the process dies right after it', async () => {
  const id = await site.add();
  await disable(id);
  await site.tell({});
  const { pool } = site.database;
  const racing: Promise<unknown>[] = [];
  let isDead = false;
  const hear = async (client: pg.PoolClient, given: [unknown, ...unknown[]]) => {
    const [asked] = given;
    const text = typeof asked === 'string' ? asked : (asked as { text: string }).text;
    const isEnabling = text.startsWith('update "reconciler"."endpoints"');
    if (isEnabling) {
      await site.commit({});
      // Another process arranges it: now, or as soon as it may.
      racing.push(arrangeAll(pool));
      await Promise.race([racing[0], setTimeout(200)]);
    }
    const answer = await Reflect.apply(client.query, client, given);
    isDead ||= racing.length > 0 && text === 'commit';
    return answer;
  };
  const connect = async () => {
    if (isDead) throw new Error('dead');
    const client = await pool.connect();
    return {
      query: (...given: [unknown, ...unknown[]]) => hear(client, given),
      release: (error?: Error) => client.release(error),
    };
  };
  const query = async (...given: unknown[]) => {
    if (isDead) throw new Error('dead');
    return Reflect.apply(pool.query, pool, given);
  };
  const dying = { ...site.desk, pool: { connect, query } as unknown as pg.Pool };
  await Promise.allSettled([enableEndpoint(dying, SHELL, id, { missed: 'send' })]);
  await Promise.all(racing);
  expect(racing).toHaveLength(1);
  const { rows } = await pool.query('select position::int from reconciler.messages order by 1');
  expect(rows).toHaveLength(2);
  expect(await site.stands(id)).toEqual(waiting(...rows.map(({ position }) => position)));
});

test('it goes page by page, however much it missed', async () => {
  const id = await site.add();
  await disable(id);
  await site.database.pool.query(
    `insert into reconciler.outbox (type, about, sequence, data)
     select 'account.linked', 'connected_account:' || n % 7, n, '{}' from generate_series(1, 2500) n`,
  );
  expect(await enable(id)).toEqual({ owed: 2_500 });
});

test('only what is disabled is enabled, and only once for the same request', async () => {
  const id = await site.add();
  await expect(enable(id)).rejects.toMatchObject({ fault: 'conflict' });
  await disable(id);
  await expect(disable(id)).rejects.toMatchObject({ fault: 'conflict' });
  await expect(enable(id, 'neither' as 'send')).rejects.toMatchObject({
    faults: { missed: expect.any(String) },
  });
  await expect(disableEndpoint(site.desk, SHELL, id, { why: '' })).rejects.toMatchObject({
    faults: { why: expect.any(String) },
  });
  const actor = { ...SHELL, idempotencyKey: 'once' };
  await enable(id, 'send', actor);
  await disable(id);
  await expect(enable(id, 'send', actor)).rejects.toThrow('already done');
  expect(await readEndpoint(site.desk, SHELL, id)).toMatchObject({ state: 'disabled' });
  expect(await site.audit('disable_endpoint')).toMatchObject([
    { before: { state: 'enabled' }, after: { state: 'disabled', disabled_because: 'person' }, why },
    { why },
  ]);
});
