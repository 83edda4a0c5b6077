import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { createProgram } from '../src/cli/program.ts';
import { schema } from '../src/config/schema.ts';
import {
  anchorsIn,
  DOCUMENTS,
  type Document,
  linksIn,
  ownCommandsIn,
  pathsIn,
  ROOT,
  shellWords,
  spansIn,
} from './fixtures/documents.ts';

/* What the documents say can be followed: links, commands, settings and paths are there. */

const documentAt = (file: string): Document => {
  const found = DOCUMENTS.find(document => document.file === file);
  if (found === undefined) throw new Error(`there is no ${file}`);
  return found;
};

/** Of all documents, what is wrong with each, with its file. */
const faultsOf = (find: (document: Document) => readonly string[]): string[] =>
  DOCUMENTS.flatMap(document => find(document).map(fault => `${document.file}: ${fault}`));

const isElsewhere = (link: string): boolean => /^[a-z][a-z+.-]*:/.test(link);

const leadsNowhere = (from: string, link: string): boolean => {
  const [target = '', anchor] = link.split('#');
  const file = target === '' ? from : path.join(path.dirname(from), target);
  if (!existsSync(path.join(ROOT, file))) return true;
  return anchor !== undefined && !anchorsIn(documentAt(file)).has(anchor);
};

test('there are documents, with links and commands to try', () => {
  expect(DOCUMENTS.length).toBeGreaterThan(15);
  expect(DOCUMENTS.flatMap(linksIn).length).toBeGreaterThan(50);
  expect(DOCUMENTS.flatMap(ownCommandsIn).length).toBeGreaterThan(40);
});

test('every link leads to a file that is there, and to a heading in it', () => {
  const lost = faultsOf(document =>
    linksIn(document).filter(link => !isElsewhere(link) && leadsNowhere(document.file, link)),
  );
  expect(lost).toEqual([]);
});

test('every file and folder that is named is there', () => {
  const lost = faultsOf(document =>
    pathsIn(document).filter(name => !existsSync(path.join(ROOT, name))),
  );
  expect(lost).toEqual([]);
});

test('every npm script that is named is in package.json', () => {
  const scripts: readonly string[] = Object.keys(packageJson.scripts);
  const lost = faultsOf(document =>
    [...document.code, ...spansIn(document)]
      .flatMap(text => [...text.matchAll(/\bnpm (?:run ([\w:-]*\w)|(start|test)\b)/g)])
      .map(([, script, short]) => script ?? short ?? '')
      .filter(name => !scripts.includes(name)),
  );
  expect(lost).toEqual([]);
});

/** All commands, which do nothing, and say nothing of what is wrong but by throwing. */
const silentProgram = (): Command => {
  const silence = (command: Command): void => {
    command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    command.commands.forEach(silence);
  };
  const program = createProgram(() => async () => undefined);
  silence(program);
  return program;
};

const faultOf = async (command: string): Promise<string | null> => {
  try {
    await silentProgram().parseAsync(shellWords(command), { from: 'user' });
    return null;
  } catch (error) {
    return `${command}: ${error instanceof Error ? error.message : error}`;
  }
};

test('every command that is written out is one, with these arguments and options', async () => {
  const commands = new Set(DOCUMENTS.flatMap(ownCommandsIn));
  commands.delete('<command>');
  const faults = await Promise.all([...commands].map(faultOf));
  expect(faults.filter(fault => fault !== null)).toEqual([]);
});

test('a command that is none would be found', async () => {
  expect(await faultOf("list --state failed --limit '3'  # all of them")).toBeNull();
  expect(await faultOf('list --stat failed')).toContain('--stat');
  expect(await faultOf('lists')).toContain('lists');
  expect(await faultOf('webview create')).toContain('--user');
});

/** "queue resume [--workspace …]", "account list|show": what of it is no command or option. */
const strangersIn = (program: Command, span: string): string[] => {
  let command = program;
  return shellWords(span.replaceAll(/[[\]]/g, ''))
    .flatMap(word => word.split('|'))
    .filter(word => {
      if (word.startsWith('--')) return !command.options.some(({ long }) => long === word);
      const named = (of: Command | null) =>
        of?.commands.find(each => [each.name(), ...each.aliases()].includes(word));
      // Of several that are named side by side, each is the parent's.
      const sub = named(command) ?? named(command.parent);
      if (sub === undefined) return command.commands.length > 0;
      command = sub;
      return false;
    });
};

test('every command that the text mentions has the options that are named with it', () => {
  const program = silentProgram();
  const names = program.commands.flatMap(each => [each.name(), ...each.aliases()]);
  const lost = faultsOf(document =>
    spansIn(document)
      .filter(span => names.includes(span.split(' ')[0] ?? ''))
      .flatMap(span => strangersIn(program, span).map(word => `${span}: ${word}`)),
  );
  expect(lost).toEqual([]);
});

test('docs/running.md has every setting, and no other', () => {
  const { prose } = documentAt('docs/running.md');
  const rows = prose.slice(
    prose.indexOf('## Settings'),
    prose.indexOf('## What is stored, and how long'),
  );
  const told = rows
    .map(row => /^\| (`[A-Z][^|]*) \|/.exec(row)?.[1] ?? '')
    .flatMap(cell => [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name));
  expect(told.toSorted()).toEqual(Object.keys(schema.shape).toSorted());
});

test('docs/architecture.md names functions that are where it says', () => {
  const rows = documentAt('docs/architecture.md').prose.flatMap(
    row => /^\| `(\w+)` \| `(src\/[^`]+)`/.exec(row) ?? [],
  );
  const lost = Array.from({ length: rows.length / 3 }, (_, at) =>
    rows.slice(3 * at + 1, 3 * at + 3),
  )
    .filter(([name, file = '']) => {
      const source = readFileSync(path.join(ROOT, file), 'utf8');
      return !new RegExp(`^ *(?:export )?(?:const ${name}[:\\s]|${name}: )`, 'm').test(source);
    })
    .map(each => each.join(' in '));
  expect(rows.length).toBeGreaterThan(0);
  expect(lost).toEqual([]);
});

test('every decision is in the index', () => {
  const pages = DOCUMENTS.map(({ file }) => /^docs\/decisions\/(\d.*)$/.exec(file)?.[1]);
  const index = linksIn(documentAt('docs/decisions/README.md'));
  expect(index).toEqual(expect.arrayContaining(pages.filter(page => page !== undefined)));
});

test('the README can be read in five minutes', () => {
  expect(readFileSync(path.join(ROOT, 'README.md')).length).toBeLessThanOrEqual(8_000);
});
