import { pino } from 'pino';
import { expect, test } from 'vitest';
import { startIgnoredEvents } from '../../src/metrics/ignored-events.ts';
import { until } from '../fixtures/wait.ts';

type Told = Readonly<{
  level: number;
  events: number;
  by_type: Record<string, number>;
  msg: string;
}>;

/** @returns what the log tells once all of these came and the process has stopped */
const tellAll = async (types: readonly string[]): Promise<Told[]> => {
  const told: Told[] = [];
  const log = pino({ level: 'info' }, { write: line => void told.push(JSON.parse(line)) });
  await using ignored = startIgnoredEvents(log);
  for (const type of types) ignored.tell(type);
  await ignored[Symbol.asyncDispose]();
  return told;
};

test('events of no interest are told by type, the most frequent first, and how to be spared them', async () => {
  const types = ['lock.locked', 'device.connected', 'device.connected', 'device.error.x.resolved'];
  const [told, ...more] = await tellAll(types);
  expect(more).toEqual([]);
  expect(told?.events).toBe(4);
  expect(Object.entries(told?.by_type ?? {})).toEqual([
    ['device.connected', 2],
    ['lock.locked', 1],
    ['device.error.x.resolved', 1],
  ]);
  expect(told?.msg).toContain('webhook setup --update');
});

test('nothing is told where none came', async () => {
  expect(await tellAll([])).toEqual([]);
});

test('what is no name of a type could be a payload: it is counted, and not told', async () => {
  const odd = ['x', 'a b.c', 'Device.connected', 'a..b', '.a', 'a.', `a.${'b'.repeat(99)}`, 'é.é'];
  const [told] = await tellAll([...odd, '__proto__', `a.${'b'.repeat(98)}`]);
  expect(told?.by_type).toEqual({ other: odd.length + 1, [`a.${'b'.repeat(98)}`]: 1 });
});

test('of more types than Seam could have the rest are counted together', async () => {
  const many = Array.from({ length: 1_000 }, (_, n) => `device.n${n}`);
  const [told] = await tellAll([...many, ...many]);
  expect(told?.events).toBe(2_000);
  expect(Object.keys(told?.by_type ?? {}).length).toBeLessThanOrEqual(201);
  expect(told?.by_type).toMatchObject({ 'device.n0': 2, other: 1_600 });
});

test('they are told while the process runs, each once', async () => {
  const told: Told[] = [];
  const log = pino({ level: 'info' }, { write: line => void told.push(JSON.parse(line)) });
  await using ignored = startIgnoredEvents(log, 5);
  for (const events of [1, 2]) {
    for (let n = 0; n < events; n++) ignored.tell('lock.locked');
    await until('the next line', () => told.length === events);
  }
  await ignored[Symbol.asyncDispose]();
  expect(told.map(line => line.by_type)).toEqual([{ 'lock.locked': 1 }, { 'lock.locked': 2 }]);
});
