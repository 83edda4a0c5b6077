/** Data go to stdout. */
export const printLine = (text = ''): void => void process.stdout.write(`${text}\n`);
export const printJson = (value: unknown): void => printLine(JSON.stringify(value, null, 2));

/** All else goes to stderr. */
export const printNotice = (text: string): void => void process.stderr.write(`${text}\n`);

const GAP = '  ';

/** What came from outside must not move the cursor, change colours, or start a line of its own. */
export const printable = (text: string): string => text.replace(/\p{C}/gu, '�');

/**
 * A table in columns as wide as what is in them.
 *
 * @param paint a cell with its color, which takes no room; by its row and column, from 0
 */
export const formatTable = (
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  paint: (cell: string, row: number, column: number) => string = cell => cell,
): string => {
  const lines = [headings, ...rows].map(row => row.map(printable));
  const columns = Array.from({ length: Math.max(...lines.map(row => row.length)) }, (_, n) => n);
  const widths = columns.map(column =>
    Math.max(...lines.map(row => [...(row[column] ?? '')].length)),
  );
  return lines
    .map((row, index) => {
      const last = row.findLastIndex(cell => cell.trimEnd() !== '');
      return row
        .slice(0, last + 1)
        .map((cell, column) => {
          const own = column === last ? cell.trimEnd() : cell;
          const room = column === last ? 0 : (widths[column] ?? 0) - [...cell].length;
          return (index === 0 ? own : paint(own, index - 1, column)) + ' '.repeat(room);
        })
        .join(GAP);
    })
    .join('\n');
};

/** Lines for other programs: cells between tabs, no headings. A cell holds neither tabs nor ends of lines. */
export const formatPlain = (rows: readonly (readonly string[])[]): string =>
  rows.map(row => row.map(printable).join('\t')).join('\n');
