import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { createProgram } from '../../src/cli/program.ts';
import { argumentsOf, INSTRUCTIONS, RUNS, restOf } from '../fixtures/image.ts';

/* What the image is made of, as far as can be told without an engine. */

const ROOT = path.join(import.meta.dirname, '../..');

test('the image it is made from is named once, by digest, and has the Node that everything is tested with', () => {
  const froms = INSTRUCTIONS.filter(({ name }) => name === 'FROM').map(({ rest }) => rest);
  const stages = froms.map(from => / AS (\w+)$/.exec(from)?.[1]);
  const fromElsewhere = froms.filter(from => !stages.includes(from.split(' ')[0]));
  expect(fromElsewhere).toHaveLength(1);
  const pinned = /^node:(\d+)\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64} AS base$/;
  const [, major] = pinned.exec(fromElsewhere[0] ?? '') ?? [];
  expect(packageJson.devDependencies.node).toMatch(new RegExp(`^\\^${major}\\.`));
});

test('it installs what the lock file says, without what only tests need, and runs no script of a package', () => {
  const installs = INSTRUCTIONS.filter(({ rest }) => /\bnpm (ci|i|install)\b/.test(rest));
  expect(installs.map(({ rest }) => rest)).toEqual([
    'npm ci --omit=dev --omit=optional --ignore-scripts',
  ]);
});

test('it doesn’t run as root, and nothing of it belongs to whom it runs as', () => {
  expect(restOf('USER')).toBe('node');
  const copies = RUNS.filter(({ name }) => name === 'COPY' || name === 'ADD');
  expect(copies).not.toEqual([]);
  expect(copies.filter(({ name, rest }) => name === 'ADD' || rest.includes('--chown'))).toEqual([]);
});

test('all that it copies gets there, and is in the repository', () => {
  const context = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter(Boolean);
  expect(context[0]).toBe('*');
  const copied = INSTRUCTIONS.filter(
    ({ name, rest }) => name === 'COPY' && !rest.includes('--from'),
  )
    .flatMap(({ rest }) => rest.split(' ').slice(0, -1))
    .toSorted();
  expect([...new Set(copied)]).toEqual(
    context
      .slice(1)
      .map(line => line.replace('!', ''))
      .toSorted(),
  );
});

test('what it starts is a command', () => {
  expect(argumentsOf('ENTRYPOINT')).toEqual(['node', 'src/main.ts']);
  const [command] = argumentsOf('CMD');
  const program = createProgram(() => async () => undefined);
  expect(program.commands.map(each => each.name())).toContain(command);
});
