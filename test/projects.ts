import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** From what takes least to what takes most. A test is of the last one that it needs anything of. */
export const PROJECTS = ['pure', 'database', 'processes', 'browser'] as const;
export type ProjectName = (typeof PROJECTS)[number];

/** What makes a test, or a fixture that it imports, one of a project. */
const NEEDS: readonly (readonly [RegExp, ProjectName])[] = [
  [/from 'playwright-core'/, 'browser'],
  [/from 'node:child_process'|\/db\/embedded\.ts'/, 'processes'],
  [/inject\('postgresUrl'\)/, 'database'],
];

/** Of what is there at run time: types alone start nothing. */
const IMPORT = /^(?:import|export) (?!type\b)[^;]*?from '(\.[^']+)';$/gm;

const rankOf = (source: string): number => {
  const [, project = 'pure'] = NEEDS.find(([pattern]) => pattern.test(source)) ?? [];
  return PROJECTS.indexOf(project);
};

/** @param seen files that have been looked at already: imports may go in circles */
const rankOfFile = (file: string, root: string, seen: Set<string>): number => {
  if (seen.has(file)) return 0;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  const imported = [...source.matchAll(IMPORT)]
    .map(([, specifier = '']) => path.resolve(path.dirname(file), specifier))
    .filter(each => each.startsWith(root) && each.endsWith('.ts'));
  return Math.max(rankOf(source), ...imported.map(each => rankOfFile(each, root, seen)));
};

/**
 * Which project each test is of. It follows from what the test and the fixtures it imports use, so that
 * nobody has to say so, or could say it wrongly.
 *
 * @param root the folder of the tests
 */
export const testsByProject = (root: string): Readonly<Record<ProjectName, readonly string[]>> => {
  const files = globSync('**/*.test.ts', { cwd: root }).map(file => path.join(root, file));
  const byRank = Map.groupBy(files, file => rankOfFile(file, root, new Set()));
  return {
    pure: byRank.get(0) ?? [],
    database: byRank.get(1) ?? [],
    processes: byRank.get(2) ?? [],
    browser: byRank.get(3) ?? [],
  };
};
