import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type pg from 'pg';
import { expect } from 'vitest';
import { shellWords } from '../fixtures/documents.ts';
import { runHere } from '../fixtures/here.ts';
import { childEnv, type Running, start } from '../fixtures/processes.ts';
import { type Heading, missingFrom, type Page, readPage, type Step } from './page.ts';

/** The last section of each page. */
export const QUIET = 'False alarms, and how to silence it';
export const WHY = { why: 'a test of the runbooks' } as const;

/** What stands in for each `<…>` of a page. A page's own words are the keys. */
type Filled = Readonly<Record<string, string>>;

export type Followed = Readonly<{ command: string; code: number; printed: string }>;

/** A page in the hand of whoever is called at night. */
export type Runbook = Readonly<{
  /** Runs every command of a section, in its order, and expects what the page shows. @returns what each came to */
  follow: (
    heading: Heading,
    filled?: Filled | ((before: Followed[]) => Filled),
  ) => Promise<Followed[]>;
  /** What the page has and nobody has run. */
  left: () => string[];
}> &
  AsyncDisposable;

const OURS = /^node --env-file=\.env src\/main\.ts (.+)$/;
const SQL = /^psql "\$DATABASE_URL" -c "(.+)"$/;
/** Not everywhere where the tests run. */
const HAS_CURL = spawnSync('curl', ['--version'], { stdio: 'ignore' }).status === 0;
/** They run until they are told to stop. */
const STAYS = /^(?:serve|work)\b/;

const fill = (command: string, filled: Filled): string =>
  command.replace(/\s+# .*$/, '').replaceAll(/<([^>]+)>/g, (_, name: string) => {
    const value = filled[name];
    if (value === undefined) throw new Error(`what is <${name}> in: ${command}`);
    return value;
  });

/**
 * @param name of a page
 * @param site of whose settings the commands go by, and the database that they mean
 */
export const openRunbook = (
  name: string,
  site: Readonly<{ env: Readonly<Record<string, string>>; pool: pg.Pool }>,
): Runbook => {
  const page: Page = readPage(name);
  const done = new Set<Step>();
  const stack = new AsyncDisposableStack();

  const begin = async (words: readonly string[]): Promise<string> => {
    const running: Running = stack.use(start(words, site.env));
    await running.logged(words[0] === 'work' ? 'worker ready' : 'listening');
    return '';
  };
  const run = async (command: string): Promise<Followed> => {
    const ours = OURS.exec(command)?.[1];
    if (ours !== undefined && STAYS.test(ours)) {
      return { command, code: 0, printed: await begin(shellWords(ours)) };
    }
    if (ours !== undefined) {
      const { code, stdout, stderr } = await runHere(shellWords(ours), site.env);
      return { command, code, printed: stdout + stderr };
    }
    const sql = SQL.exec(command)?.[1];
    if (sql !== undefined) {
      const { rows } = await site.pool.query(sql);
      return { command, code: 0, printed: JSON.stringify(rows) };
    }
    if (command.startsWith('curl ') && !HAS_CURL) return { command, code: 0, printed: '' };
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command], {
      env: childEnv(site.env),
    });
    return { command, code: 0, printed: stdout + stderr };
  };

  return {
    follow: async (heading, filled = {}) => {
      const followed: Followed[] = [];
      for (const step of page.steps.filter(each => each.heading === heading)) {
        const words = typeof filled === 'function' ? filled(followed) : filled;
        const one = await run(fill(step.command, words));
        done.add(step);
        expect(
          missingFrom(one.printed, step.shown),
          `${one.command} printed:\n${one.printed}`,
        ).toEqual([]);
        followed.push(one);
      }
      return followed;
    },
    left: () => page.steps.filter(step => !done.has(step)).map(({ command }) => command),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
