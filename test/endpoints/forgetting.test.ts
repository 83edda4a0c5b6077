import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createForgetting, createHookWatch } from '../../src/endpoints/forgetting.ts';
import { sayHooks, stillHasHooks } from '../../src/endpoints/hook-sets.ts';
import { dropUnwantedPage } from '../../src/endpoints/unwanted.ts';
import { ARRANGING_LOCK } from '../../src/outbox/arrange.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { owe, sendingsOf } from '../fixtures/endpoints.ts';
import { hookEndpoint } from '../fixtures/hooks.ts';

const MINUTE = 60_000;
const signal = new AbortController().signal;

/** A clock that stands still unless it is set on. */
const clock = () => {
  let at = 0;
  return {
    now: () => at,
    pass: (minutes: number) => {
      at += minutes * MINUTE;
    },
  };
};

describe('hooks are taken for gone', () => {
  const gone = { types: ['account.linked'], heardAt: 'long ago' };
  const watching = () => {
    const { now, pass } = clock();
    const watch = createHookWatch(10 * MINUTE, now);
    /** Looks each minute. @returns what is taken for gone in the last one */
    const look = (minutes: number, sets = [gone]) => {
      let over = watch.saw(sets);
      for (let minute = 0; minute < minutes; minute++) {
        pass(1);
        over = watch.saw(sets);
      }
      return over;
    };
    return { watch, pass, look };
  };

  test('once it was seen for ten minutes that nobody has them', () => {
    const { look } = watching();
    expect(look(9)).toEqual([]);
    expect(look(1)).toEqual([gone]);
  });

  test('not where one of them was heard of meanwhile', () => {
    const { look } = watching();
    look(9);
    const heard = { ...gone, heardAt: 'just now' };
    expect(look(1, [heard])).toEqual([]);
    expect(look(8, [heard])).toEqual([]);
    expect(look(1, [heard])).toEqual([heard]);
  });

  test('not where nobody looked for a while, or could', () => {
    const { watch, pass, look } = watching();
    look(9);
    pass(3);
    expect(look(9)).toEqual([]);
    watch.lost();
    expect(look(9)).toEqual([]);
    expect(look(1)).toEqual([gone]);
  });

  test('and others are not', () => {
    const { look } = watching();
    look(5);
    const other = { types: ['account.unlinked'], heardAt: 'long ago' };
    expect(look(5, [gone, other])).toEqual([gone]);
  });
});

describe('what only gone hooks were for', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());
  beforeEach(async () => {
    await database.pool.query('truncate reconciler.endpoints, reconciler.messages cascade');
  });
  const abouts = (number: number) => Array.from({ length: number }, (_, n) => `account:${n}`);

  /** Hooks of one process, to which so many are owed; one of them waits for hooks of another. */
  const owed = async (number: number) => {
    const { pool } = database;
    const types = ['account.linked' as const];
    const { id } = await sayHooks(pool, 'app', { types, workspaces: null });
    await sayHooks(pool, 'app', { types: ['account.unlinked'], workspaces: null });
    const positions = await owe(pool, id, abouts(number));
    await pool.query(
      `update reconciler.messages set type = 'account.unlinked' where position = $1`,
      [positions[10]],
    );
    return { pool, id, types, kept: positions[10] };
  };

  test('is taken back in pages, without holding up what becomes owed', async () => {
    const { pool, id, types, kept } = await owed(2_500);
    const { now, pass } = clock();
    const forgetting = createForgetting(pool, { now });
    for (let minute = 0; minute < 10; minute++) {
      await stillHasHooks(pool, id, ['account.unlinked']);
      expect(await forgetting.look(id, signal)).toEqual({ dropped: 0, isMore: false });
      pass(1);
    }
    expect((await hookEndpoint(database)).types).toEqual(['account.linked', 'account.unlinked']);
    await stillHasHooks(pool, id, ['account.unlinked']);
    expect(await forgetting.look(id, signal)).toEqual({ dropped: 2_499, isMore: false });
    expect((await hookEndpoint(database)).types).toEqual(['account.unlinked']);
    expect((await sendingsOf(pool, id)).map(({ position }) => position)).toEqual([kept]);
    // Those that come back say so as at first.
    expect(await stillHasHooks(pool, id, types)).toBe(false);
  });

  test('is taken back by the next process, where one died in between', async () => {
    const { pool, id, kept } = await owed(2_500);
    await pool.query(`update reconciler.endpoints set types = '{account.unlinked}'`);
    await pool.query(`delete from reconciler.hook_sets where types = '{account.linked}'`);
    const arranging = await pool.connect();
    try {
      await arranging.query('begin');
      await arranging.query(ARRANGING_LOCK);
      expect(await createForgetting(pool).look(id, signal)).toEqual({
        dropped: 2_499,
        isMore: false,
      });
    } finally {
      await arranging.query('rollback');
      arranging.release();
    }
    expect((await sendingsOf(pool, id)).map(({ position }) => position)).toEqual([kept]);
  });

  test('stays from when one has them again', async () => {
    const { pool, id, types } = await owed(2_500);
    await pool.query(`update reconciler.endpoints set types = '{account.unlinked}'`);
    const { dropped, next } = await dropUnwantedPage(pool, id, 0);
    expect(dropped).toBe(999);
    await sayHooks(pool, 'app', { types, workspaces: null });
    expect((await dropUnwantedPage(pool, id, next ?? 0)).dropped).toBe(0);
    expect(await sendingsOf(pool, id)).toHaveLength(1_501);
  });
});
