import { describe, expect, test } from 'vitest';
import { formatTable } from '../../src/cli/print.ts';

const linesOf = (headings: string[], ...rows: string[][]): string[] =>
  formatTable(headings, rows).split('\n');

describe('a table', () => {
  test('lines its columns up, as wide as what is in them', () => {
    expect(linesOf(['subject', 'state'], ['a', 'linked'], ['a longer one', 'no'])).toEqual([
      'subject       state',
      'a             linked',
      'a longer one  no',
    ]);
  });

  test('is its headings when there are no rows', () => {
    expect(formatTable(['subject', 'state'], [])).toBe('subject  state');
  });

  test('leaves no spaces at the ends of lines, which would wrap in a narrow window', () => {
    for (const line of linesOf(['a', 'b'], ['x', ''], ['', 'a long cell'], ['', ''])) {
      expect(line).toBe(line.trimEnd());
    }
  });

  test('takes a row with cells missing at its end', () => {
    expect(linesOf(['a', 'b'], ['1'], ['2', 'x'])).toEqual(['a  b', '1', '2  x']);
  });

  test('cuts nothing off a wide row: ids and reasons are copied out of it', () => {
    const id = `connect_webview:${'x'.repeat(256)}`;
    const [heading, row] = linesOf(['subject', 'reason'], [id, 'user_not_found']);
    expect(row).toBe(`${id}  user_not_found`);
    expect(heading?.indexOf('reason')).toBe(row?.indexOf('user_not_found'));
  });

  test('lines up names beyond ASCII by their characters', () => {
    expect(linesOf(['name', 'state'], ['Zoë 𝒜', 'x'], ['Ada', 'y'])).toEqual([
      'name   state',
      'Zoë 𝒜  x',
      'Ada    y',
    ]);
  });

  test.each([
    ['a colour', '\u001b[31mred\u001b[0m'],
    ['a cleared screen', '\u001b[2J\u001b[H'],
    ['a window title', '\u001b]0;owned\u0007'],
    ['an 8-bit escape', '\u009b31m'],
    ['a new line', 'one\nlinked  event_2'],
    ['a line overwritten', 'failed\rlinked'],
    ['a backspace', 'failed\b\b\b\b\b\blinked'],
    ['a tab', 'a\tb'],
    ['a NUL', 'a\u0000b'],
    ['text that runs backwards', 'abc\u202edef'],
    ['an invisible space', 'a\u200bb'],
    ['half a character', 'a\ud83db'],
  ])('shows that there is %s in a cell, and does not obey it', (_name, cell) => {
    const lines = linesOf(['id', 'state'], [cell, 'failed']);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('�');
    expect(lines[1]).toMatch(/ {2}failed$/);
    expect(lines.join('')).not.toMatch(/\p{C}/u);
    expect(lines[0]?.indexOf('state')).toBe(lines[1]?.lastIndexOf('failed'));
  });
});
