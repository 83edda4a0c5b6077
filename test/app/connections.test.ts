import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mainConnections } from '../../src/app/connections.ts';

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
    const load = { workspaces, concurrency };
    const kinds = ['serve', 'work', 'serve --work'] as const;
    expect(kinds.map(kind => mainConnections(kind, load))).toEqual(told);
  }
});

test('the disk that the document tells follows from its formula', () => {
  expect(DISK.length).toBeGreaterThan(3);
  for (const [webhooks = 0, connections = 0, months = 0, gigabytes = 0] of DISK) {
    expect((webhooks * months * 2_000 + connections * 2_600) / 1e9).toBeCloseTo(gigabytes, 1);
  }
});
