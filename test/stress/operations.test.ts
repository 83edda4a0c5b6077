import { describe, expect, test } from 'vitest';
import { FAULTS } from '../chaos/faults.ts';
import { type OperationOf, planOperations } from './operations.ts';

describe('the operations of a stress', () => {
  test('are the same for the same seed, and others for another', () => {
    const plan = planOperations('a seed', 300, 'redis');
    expect(planOperations('a seed', 300, 'redis')).toEqual(plan);
    expect(planOperations('another', 300, 'redis')).not.toEqual(plan);
  });

  test('are of every kind, as often as their shares say, and written as JSON they are the same', () => {
    const plan = planOperations('a seed', 2_000, 'redis');
    const kinds = Map.groupBy(plan, ({ kind }) => kind);
    expect(kinds.size).toBe(27);
    expect(kinds.get('connect')?.length).toBeGreaterThan(430);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test('speak only of accounts that were connected before', () => {
    let connected = 0;
    for (const operation of planOperations('a seed', 500, 'redis')) {
      if (!('account' in operation)) continue;
      expect(operation.account).toBeLessThanOrEqual(connected);
      if (operation.kind === 'connect') connected = Math.max(connected, operation.account + 1);
    }
    expect(connected).toBeGreaterThan(50);
  });

  test('let every fault strike, but those of a Redis only where there is one', () => {
    const kindsOf = (queue: 'redis' | 'postgres') =>
      new Set(
        planOperations('a seed', 10_000, queue)
          .filter((each): each is OperationOf<'fault'> => each.kind === 'fault')
          .map(({ fault }) => fault.kind),
      );
    const all = Object.keys(FAULTS).filter(kind => kind !== 'freeze_work_long');
    expect([...kindsOf('redis')].toSorted()).toEqual(all.toSorted());
    const without = all.filter(kind => !kind.endsWith('_redis'));
    expect([...kindsOf('postgres')].toSorted()).toEqual(without.toSorted());
  });

  test('put no clock of a serve so far off that signatures would be too old', () => {
    const clocks = planOperations('a seed', 10_000, 'redis').filter(
      (each): each is OperationOf<'clock'> => each.kind === 'clock',
    );
    const most = (name: string) =>
      Math.max(...clocks.filter(c => c.member.startsWith(name)).map(c => Math.abs(c.offBySeconds)));
    expect(most('serve')).toBeLessThanOrEqual(120);
    expect(most('work')).toBeGreaterThan(1_800);
  });
});
