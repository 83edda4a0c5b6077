import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import type { ProjectName } from './projects.ts';

/** A limit of its own that a test sets, as the last argument or as an option. */
const LIMIT = /^\s*(?:\}, )?([\d_]+)(?:\);|,)$|timeout: ([\d_]+)/gm;
/** What waits for most goes first, so that it isn't waited for alone at the end. */
const ORDER: readonly string[] = [
  'processes',
  'browser',
  'database',
  'pure',
] satisfies ProjectName[];

/** What stands beside a test: its tests may be in there, for it and for another one. */
const BESIDE = /^import [^;]*? from '(\.\/[^']+)';$/gm;

const limitIn = (source: string): number => {
  const found = [...source.matchAll(LIMIT)];
  return Math.max(0, ...found.map(([, a, b]) => Number((a ?? b ?? '').replaceAll('_', ''))));
};

/** How long the slowest test of a file may take, as far as it, or what it has its tests from, says so. */
const limitOf = (file: string): number => {
  const source = readFileSync(file, 'utf8');
  const beside = [...source.matchAll(BESIDE)].map(([, name = '']) =>
    path.resolve(path.dirname(file), name),
  );
  return Math.max(limitIn(source), ...beside.map(each => limitIn(readFileSync(each, 'utf8'))));
};

/** By project; in each, the files whose tests ask for most time before the others. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted
      .map(spec => ({
        spec,
        limit: limitOf(spec.moduleId),
        rank: ORDER.indexOf(spec.project.name),
      }))
      .toSorted((a, b) => a.rank - b.rank || b.limit - a.limit)
      .map(({ spec }) => spec);
  }
}
