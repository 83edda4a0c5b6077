import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { completionScript, SHELLS } from '../../src/cli/completion-scripts.ts';
import { completedBy } from '../../src/cli/completion-words.ts';
import { createProgram } from '../../src/cli/program.ts';
import { STATE_CHOICES } from '../../src/support/finding/connection-filter.ts';

/* The shell itself says what it completes: bash is run, loads the script, and is asked as by the Tab key. */

const run = promisify(execFile);
const program = createProgram(() => async () => undefined);
const all = completedBy(program);
const NAME = 'seam-reconciler';
const script = completionScript('bash', all, NAME);

/** What bash offers for each of these lines, after the last word of each. */
const offered = async (lines: readonly (readonly string[])[]): Promise<string[][]> => {
  const asked = lines.map(words => {
    const given = [NAME, ...words].map(word => `'${word}'`).join(' ');
    return `COMP_WORDS=(${given}); COMP_CWORD=${words.length}; COMPREPLY=(); _seam_reconciler; echo "\${COMPREPLY[@]}"`;
  });
  const { stdout } = await run('bash', ['--norc', '-c', [script, ...asked].join('\n')]);
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => line.split(' ').filter(Boolean));
};
const after = async (...words: string[]): Promise<string[]> => (await offered([words]))[0] ?? [];

test('bash takes it for the command', async () => {
  const { stdout } = await run('bash', ['--norc', '-c', `${script}\ncomplete -p ${NAME}`]);
  expect(stdout.trim()).toBe(`complete -F _seam_reconciler ${NAME}`);
});

test('commands are completed, and those below them', async () => {
  expect(await after('')).toEqual(expect.arrayContaining(['list', 'show', 'bulk', 'completion']));
  expect(await after('li')).toEqual(['list', 'link']);
  expect(await after('account', 'sh')).toEqual(['show']);
  expect(await after('account', 'show', '--j')).toEqual(['--json']);
});

test('an option’s values are completed where they are listed, and nothing where it can be anything', async () => {
  expect(await after('list', '--state', '')).toEqual([...STATE_CHOICES]);
  expect(await after('bulk', 'plan', '--action', 'dis')).toEqual(['dismiss']);
  expect(await after('list', '--user', '')).toEqual([]);
  expect(await after('completion', 'z')).toEqual(['zsh']);
});

test('what an option says is not taken for a command', async () => {
  expect(await after('list', '--user', 'show', '--sta')).toEqual(['--state', '--standing']);
});

const commandsOf = (command: Command, path: string[] = []): [string[], Command][] => [
  [path, command],
  ...command.commands.flatMap(each => commandsOf(each, [...path, each.name()])),
];

test('of every command, every option is completed', async () => {
  const every = commandsOf(program);
  const found = await offered(every.map(([path]) => [...path, '--']));
  expect(every.length).toBeGreaterThan(50);
  every.forEach(([path, command], index) => {
    const options = command.options.map(({ long }) => long);
    expect([path.join(' '), found[index]]).toEqual([
      path.join(' '),
      expect.arrayContaining([...options, '--help']),
    ]);
  });
});

test('what is completed is words, in which a shell sees nothing else', () => {
  const words = all.flatMap(each => [
    ...each.commands.map(({ word }) => word),
    ...each.choices,
    ...each.flags.flatMap(({ flags }) => flags),
    ...each.valued.flatMap(({ flags, choices }) => [...flags, ...choices]),
  ]);
  expect(words.filter(word => !/^[\w.-]+$/.test(word))).toEqual([]);
});

test.each(SHELLS)('%s is told each command, under the name that it has there', shell => {
  const own = completionScript(shell, all, 'desk');
  expect(own).not.toContain(NAME);
  for (const each of all.filter(({ path }) => path.length > 0)) {
    expect(own).toContain(` ${each.path.join(' ')}`);
  }
});
