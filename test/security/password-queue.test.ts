import { expect, test } from 'vitest';
import { HashingBusyError, isPassword, type Turn } from '../../src/operators/password.ts';

/* The attack: so many passwords to hash that nobody else's turn comes. */

/** As operators/password.ts writes it, at next to no cost. */
const CHEAP = `scrypt$16$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

const order: string[] = [];
const ask = async (turn: Turn): Promise<'looked at' | 'busy'> => {
  try {
    await isPassword('a password', CHEAP, turn);
    order.push(turn.standing);
    return 'looked at';
  } catch (error) {
    if (error instanceof HashingBusyError) return 'busy';
    throw error;
  }
};
const times = (count: number, turnOf: (number: number) => Turn) =>
  Array.from({ length: count }, (_, number) => ask(turnOf(number)));
const count = (all: readonly string[], value: string) => all.filter(each => each === value).length;

test('strangers have eight places, one network three; those who are known have their own, and go first', async () => {
  const ofOne = times(12, () => ({ standing: 'stranger', of: '203.0.113.9' }));
  const ofMany = times(20, number => ({ standing: 'stranger', of: `198.51.100.${number}` }));
  const neighbours = times(2, number => ({ standing: 'known_network', of: `operator:${number}` }));
  const known = times(2, number => ({ standing: 'known', of: `device:${number}` }));
  expect(count(await Promise.all(ofOne), 'looked at')).toBe(3);
  expect(count(await Promise.all(ofMany), 'looked at')).toBe(5);
  expect(await Promise.all([...neighbours, ...known])).toEqual(Array(4).fill('looked at'));
  // The first one had begun when the others came.
  expect(order.slice(0, 5)).toEqual([
    'stranger',
    'known',
    'known',
    'known_network',
    'known_network',
  ]);
  expect(await ask({ standing: 'stranger', of: '203.0.113.9' })).toBe('looked at');
});

test('one who is known can’t take all places of those who are', async () => {
  const results = await Promise.all(times(6, () => ({ standing: 'known', of: 'device:1' })));
  expect(count(results, 'looked at')).toBe(3);
});
