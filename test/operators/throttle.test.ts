import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addOperator } from '../../src/operators/operators.ts';
import { signInWithPassword } from '../../src/operators/sign-in.ts';
import { takeTry } from '../../src/operators/throttle.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { SHELL } from '../fixtures/shell.ts';

const PASSWORD = 'correct horse battery';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await addOperator(database.pool, SHELL, { name: 'Ada', role: 'support', password: PASSWORD });
});
afterAll(() => database[Symbol.asyncDispose]());

const times = <T>(count: number, make: (number: number) => T): T[] =>
  Array.from({ length: count }, (_, number) => make(number));

const count = <T>(all: readonly T[], value: T): number => all.filter(each => each === value).length;

describe('wrong tries', () => {
  test('that come all at once count as many: no more of them are looked at than one by one', async () => {
    const waits = await Promise.all(
      times(40, () => takeTry(database.pool, { name: 'parallel', from: '10.0.0.1' })),
    );
    expect(count(waits, 0)).toBe(6);
    expect(waits.filter(wait => wait > 0).length).toBe(34);
  });

  test('are counted by name, however it is written, and by place', async () => {
    const take = (name: string, from: string) => takeTry(database.pool, { name, from });
    await Promise.all(times(10, () => take('grace', '10.0.0.2')));
    expect(await take('GRACE', '10.0.0.2')).toBeGreaterThan(0);
    expect(await take('grace', '10.0.0.3')).toBe(0);
    expect(await take('joan', '10.0.0.2')).toBe(0);
  });

  /** As after many wrong ones: hashing them all would take long. */
  const exhaust = async (name: string, from: string): Promise<void> => {
    await takeTry(database.pool, { name, from });
    await database.pool.query(
      `update reconciler.sign_in_failures set failures = 9, blocked_until = now() + interval '1 hour'
        where key = $1`,
      [`${from} ${name}`],
    );
  };

  test('keep the right password out, too, until they have been waited for', async () => {
    const from = '10.0.0.4';
    const signIn = (password: string) =>
      signInWithPassword(database.pool, { name: 'Ada', password, from });
    await exhaust('ada', from);
    expect(await signIn(PASSWORD)).toEqual({ kind: 'wait', seconds: 3600 });
    await database.pool.query(`update reconciler.sign_in_failures set blocked_until = now()`);
    expect(await signIn(PASSWORD)).toMatchObject({ kind: 'signed_in' });
    // All is forgiven: a slip of the finger is free again.
    expect(await signIn('wrong')).toEqual({ kind: 'wrong' });
    expect(await takeTry(database.pool, { name: 'ada', from })).toBe(0);
  });

  test.each(['ada', 'nobody'])('tell nothing of whether there is such a name: %s', async name => {
    const from = '10.0.0.5';
    const signIn = () => signInWithPassword(database.pool, { name, password: 'wrong', from });
    expect(await signIn()).toEqual({ kind: 'wrong' });
    await exhaust(name, from);
    expect(await signIn()).toEqual({ kind: 'wait', seconds: 3600 });
  });
});

test('more passwords than can be looked at soon are turned away, and not counted', async () => {
  const results = await Promise.all(
    times(12, number =>
      signInWithPassword(database.pool, {
        name: `flood ${number}`,
        password: 'wrong',
        from: '10.0.0.6',
      }),
    ),
  );
  const kinds = results.map(({ kind }) => kind);
  expect(count(kinds, 'wrong')).toBe(3);
  expect(count(kinds, 'busy')).toBe(9);
  const { rows } = await database.pool.query(
    `select sum(failures)::int as counted from reconciler.sign_in_failures where key like '10.0.0.6 %'`,
  );
  expect(rows).toEqual([{ counted: 3 }]);
});
