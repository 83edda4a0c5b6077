import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DOCUMENTS, ROOT } from '../fixtures/documents.ts';

/* docs/security.md: each row of the table of requirements says how it stands, and on what that rests. */

type Row = Readonly<{ ids: readonly string[]; stands: string; evidence: string }>;

const { prose = [] } = DOCUMENTS.find(({ file }) => file === 'docs/security.md') ?? {};
const ROWS = prose
  .filter(line => /^\| V\d/.test(line))
  .map((line): Row => {
    const [ids = '', , stands = '', evidence = ''] = line.split('|').slice(1, -1);
    return {
      ids: ids.split(',').map(id => id.trim()),
      stands: stands.trim(),
      evidence: evidence.trim(),
    };
  });
const testsIn = (row: Row): string[] =>
  [...row.evidence.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file ?? '');

test('each requirement has one row, and stands in one of three ways', () => {
  const ids = ROWS.flatMap(row => row.ids);
  expect(ids.length).toBeGreaterThan(150);
  expect(ids.filter(id => !/^V\d{1,2}\.\d{1,2}\.\d{1,2}$/.test(id))).toEqual([]);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  const ways = ['met', 'not met', 'not applicable'];
  expect(ROWS.filter(({ stands }) => !ways.includes(stands))).toEqual([]);
});

test('what is met names a test that is there, or the document that was asked for', () => {
  const met = ROWS.filter(({ stands }) => stands === 'met');
  const isDocument = ({ evidence }: Row): boolean => /\]\([\w.-]*(#[\w-]+)?\)/.test(evidence);
  expect(met.filter(row => testsIn(row).length === 0 && !isDocument(row))).toEqual([]);
  const named = ROWS.flatMap(testsIn);
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(file => !/\.test\.ts$/.test(file))).toEqual([]);
  expect(named.filter(file => !existsSync(path.join(ROOT, file)))).toEqual([]);
});

test('what isn’t met, or doesn’t apply, says why', () => {
  const others = ROWS.filter(({ stands }) => stands !== 'met');
  expect(others.filter(({ evidence }) => evidence.replaceAll(/`[^`]*`/g, '').length < 10)).toEqual(
    [],
  );
});
