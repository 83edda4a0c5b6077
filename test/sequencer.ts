import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { PROJECTS } from './projects.ts';

/** A limit of its own that a test sets, as the last argument or as an option. */
const LIMIT = /^\s*\}, ([\d_]+)\);$|timeout: ([\d_]+)/gm;

/** How long the slowest test of a file may take, as far as it says so. */
const limitOf = (file: string): number => {
  const found = [...readFileSync(file, 'utf8').matchAll(LIMIT)];
  return Math.max(0, ...found.map(([, a, b]) => Number((a ?? b ?? '').replaceAll('_', ''))));
};

const rankOf = ({ project }: TestSpecification): number =>
  (PROJECTS as readonly string[]).indexOf(project.name);

/**
 * First what waits for most, so that it isn't waited for alone at the end: `processes`, then by project, and in
 * each the files whose tests ask for most time.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted
      .map(spec => ({ spec, limit: limitOf(spec.moduleId), rank: rankOf(spec) }))
      .toSorted((a, b) => b.limit - a.limit || b.rank - a.rank)
      .map(({ spec }) => spec);
  }
}
