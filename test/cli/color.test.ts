import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inColor, styleOf } from '../../src/cli/color.ts';
import { formatTable } from '../../src/cli/print.ts';
import { ACCOUNT_STATES, RECONCILIATION_STATES } from '../../src/model/outcome.ts';

const RED = '\u001b[31mfailed\u001b[39m';

describe('a state has its color', () => {
  beforeEach(() => {
    for (const name of ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('TERM', 'xterm-256color');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
  test('where it is asked for', () => {
    vi.stubEnv('FORCE_COLOR', '1');
    expect(inColor('red', 'failed')).toBe(RED);
  });

  test('not where it goes into a file or another program', () => {
    expect(process.stdout.isTTY).not.toBe(true);
    expect(inColor('red', 'failed')).toBe('failed');
  });

  test('not where somebody wants none', () => {
    vi.stubEnv('FORCE_COLOR', '0');
    expect(inColor('red', 'failed')).toBe('failed');
  });
});

test('what is linked is green only while its lock account works', () => {
  for (const state of RECONCILIATION_STATES) {
    for (const accountState of [null, ...ACCOUNT_STATES]) {
      const isGreen = styleOf({ state, account_state: accountState }) === 'green';
      expect([state, accountState, isGreen]).toEqual([
        state,
        accountState,
        state === 'linked' && (accountState === null || accountState === 'connected'),
      ]);
    }
  }
});

test('color takes no room in a table', () => {
  const paint = (cell: string, row: number, column: number): string =>
    column === 0 ? `<${row}:${cell}>` : cell;
  const rows = [
    ['failed', 'a'],
    ['ok', 'b'],
  ];
  expect(formatTable(['STATE', 'ID'], rows, paint)).toBe(
    'STATE   ID\n<0:failed>  a\n<1:ok>      b',
  );
});
