import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Kind, mainConnections } from '../../src/app/connections.ts';

const TEXT = readFileSync(new URL('../../docs/capacity.md', import.meta.url), 'utf8');

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
  const library = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');
  expect(library).toContain('two more where it has hooks');
  expect(TEXT).toContain('two more where it calls hooks');
  const load = { workspaces: 3, concurrency: 10 };
  const more = (kind: Kind) =>
    mainConnections(kind, { ...load, hasHooks: true }) -
    mainConnections(kind, { ...load, hasHooks: false });
  expect((['serve', 'work', 'serve --work'] as const).map(more)).toEqual([0, 2, 2]);
});

test('the disk that the document tells follows from its formula', () => {
  expect(DISK.length).toBeGreaterThan(3);
  for (const [webhooks = 0, connections = 0, months = 0, gigabytes = 0] of DISK) {
    expect((webhooks * months * 2_000 + connections * 2_600) / 1e9).toBeCloseTo(gigabytes, 1);
  }
});
