import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import type { ProjectName } from './projects.ts';

/** A limit of its own that a test sets, as the last argument or as an option. */
const LIMIT = /^\s*(?:\}, )?([\d_]+)(?:\);|,)$|timeout: ([\d_]+)/gm;
/** What mostly waits for other processes. All else keeps a core busy. */
const WAITING: ProjectName = 'processes';
/** Of all else, what takes longest first. */
const ORDER: readonly string[] = ['browser', 'database', 'pure'] satisfies ProjectName[];

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

/** Spreads the shorter list evenly over the longer one; both keep their order. */
const spread = <T>(a: readonly T[], b: readonly T[]): T[] =>
  [a, b]
    .flatMap(list => list.map((each, index) => ({ each, at: index / list.length })))
    .toSorted((x, y) => x.at - y.at)
    .map(({ each }) => each);

/**
 * Files that wait and files that compute side by side, from the first to the last, so that neither are the cores idle
 * nor does everybody want them at once. Of each kind, those whose tests ask for most time go first: none is waited for
 * alone at the end.
 */
export class Mixed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = (await super.sort(files))
      .map(spec => ({
        spec,
        limit: limitOf(spec.moduleId),
        rank: ORDER.indexOf(spec.project.name),
      }))
      .toSorted((a, b) => a.rank - b.rank || b.limit - a.limit)
      .map(({ spec }) => spec);
    const { true: waiting = [], false: computing = [] } = Object.groupBy(
      sorted,
      spec => String(spec.project.name === WAITING) as 'true' | 'false',
    );
    return spread(waiting, computing);
  }
}
