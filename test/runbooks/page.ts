import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../fixtures/documents.ts';

/** What a page has, in this order; whoever is called at night finds each at the same place. */
export const HEADINGS = [
  'What it means',
  'What users notice',
  'Is anything lost?',
  'How to see it',
  'What to do',
  'How to know it is over',
  'Who else to tell',
  'False alarms, and how to silence it',
] as const;
export type Heading = (typeof HEADINGS)[number];

/** A command of a page, as it stands there, and what the page says that it prints. */
export type Step = Readonly<{ heading: string; command: string; shown: readonly string[] }>;

/** One runbook, read from its file. */
export type Page = Readonly<{
  file: string;
  text: string;
  headings: readonly string[];
  steps: readonly Step[];
}>;

export const FOLDER = 'docs/runbooks';

type Block = Readonly<{ heading: string; language: string; lines: readonly string[] }>;

const blocksOf = (lines: readonly string[]): Block[] => {
  const blocks: Block[] = [];
  let heading = '';
  let open: { heading: string; language: string; lines: string[] } | null = null;
  for (const line of lines) {
    const fence = /^\s*```(\w*)/.exec(line);
    if (fence !== null) {
      if (open === null) open = { heading, language: fence[1] ?? '', lines: [] };
      else {
        blocks.push(open);
        open = null;
      }
    } else if (open !== null) open.lines.push(line.trim());
    else heading = /^## (.+)$/.exec(line)?.[1] ?? heading;
  }
  return blocks;
};

/** A block of `sh` is commands, one a line; the block of `text` after it is what the last of them prints. */
const stepsOf = (blocks: readonly Block[]): Step[] =>
  blocks.flatMap(({ heading, language, lines }, at) => {
    if (language !== 'sh') return [];
    const next = blocks[at + 1];
    const shown = next?.language === 'text' && next.heading === heading ? next.lines : [];
    return lines.map((command, n) => ({
      heading,
      command,
      shown: n === lines.length - 1 ? shown : [],
    }));
  });

/** @param name of a page, without its ending: `key-refused` */
export const readPage = (name: string): Page => {
  const file = `${FOLDER}/${name}.md`;
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const lines = text.replaceAll(/\\\n\s*/g, '').split('\n');
  return {
    file,
    text,
    headings: lines.flatMap(line => /^## (.+)$/.exec(line)?.[1] ?? []),
    steps: stepsOf(blocksOf(lines)),
  };
};

/** Numbers, times and ids differ from one night to another, and so do the widths of columns. */
const toForm = (line: string): string =>
  line
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '#')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '#')
    .replaceAll(/\d[\d,.]*\b/g, '#')
    .replaceAll(/\s+/g, ' ');

/** @param shown a line of a page; `…` stands for anything */
const isIn = (line: string, shown: string): boolean => {
  let at = 0;
  for (const piece of toForm(shown).split('…')) {
    const found = line.indexOf(piece.trim(), at);
    if (found === -1) return false;
    at = found + piece.trim().length;
  }
  return true;
};

/** @returns the lines that a page shows and a command did not print */
export const missingFrom = (printed: string, shown: readonly string[]): string[] => {
  const lines = printed.split('\n').map(toForm);
  return shown.filter(each => each !== '…' && !lines.some(line => isIn(line, each)));
};
