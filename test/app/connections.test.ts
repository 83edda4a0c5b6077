import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allConnections, type Kind, mainConnections } from '../../src/app/connections.ts';
import { queueConnections } from '../../src/queue/connections.ts';

const TEXT = readFileSync(new URL('../../docs/capacity.md', import.meta.url), 'utf8');
const LIBRARY = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');

/** The numbers of each row of the table with as many columns. */
const rowsOf = (columns: number): number[][] =>
  TEXT.split('\n')
    .filter(line => /^\| [\d,.]+ \|/.test(line))
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => Number.parseFloat(cell.replaceAll(',', ''))),
    )
    .filter(cells => cells.length === columns);

const CONNECTIONS = rowsOf(5).filter(([workspaces = 0]) => workspaces < 1_000);
const DISK = rowsOf(5).filter(([webhooks = 0]) => webhooks >= 1_000);

test('the connections of each process are those that the document tells', () => {
  expect(CONNECTIONS.length).toBeGreaterThan(3);
  for (const [workspaces = 0, concurrency = 0, ...told] of CONNECTIONS) {
    const load = { workspaces, concurrency, hasHooks: false };
    const kinds = ['serve', 'work', 'serve --work'] as const;
    expect(kinds.map(kind => mainConnections(kind, load))).toEqual(told);
  }
});

test('hooks take as many more as both documents tell, where they are called', () => {
  expect(LIBRARY).toContain('two more where it has hooks');
  expect(TEXT).toContain('two more where it calls hooks');
  const load = { workspaces: 3, concurrency: 10 };
  const more = (kind: Kind) =>
    mainConnections(kind, { ...load, hasHooks: true }) -
    mainConnections(kind, { ...load, hasHooks: false });
  expect((['serve', 'work', 'serve --work'] as const).map(more)).toEqual([0, 2, 2]);
});

test('all of them that a process may have as a library are those that its document tells', () => {
  const rows = LIBRARY.matchAll(/^\| (\d+) \| (\d+)(?: \(the default\))? \| (\d+) \| (\d+) \|$/gm);
  const told = [...rows].map(([, ...cells]) => cells.map(Number));
  expect(told).toHaveLength(3);
  for (const [workspaces = 0, concurrency = 0, ...most] of told) {
    const load = { workspaces, concurrency, hasHooks: true };
    const all = (queuesInPostgres: boolean) =>
      allConnections('serve --work', load, { hasConsole: true, queuesInPostgres });
    expect([all(true), all(false)]).toEqual(most);
    const inWords = 22 + workspaces * (9 + Math.min(20, concurrency + 2));
    expect(all(true) - all(false)).toBe(inWords);
  }
  expect(LIBRARY).toContain('22 + w·(9 + min(20, c + 2))');
});

test('what a function has that only takes webhooks, as its document tells', () => {
  const load = { workspaces: 1, concurrency: 1, hasHooks: false };
  expect(LIBRARY).toContain('opens 9 of the main pool at most, and 7 of the queue');
  expect(mainConnections('serve --work', load)).toBe(9);
  expect(queueConnections({ workspaces: 1, concurrency: null, showsQueue: false })).toBe(7);
  expect(allConnections('serve', load, { hasConsole: true, queuesInPostgres: true })).toBe(23);
});

test('the disk that the document tells follows from its formula', () => {
  expect(DISK.length).toBeGreaterThan(3);
  for (const [webhooks = 0, connections = 0, months = 0, gigabytes = 0] of DISK) {
    expect((webhooks * months * 2_000 + connections * 2_600) / 1e9).toBeCloseTo(gigabytes, 1);
  }
});
