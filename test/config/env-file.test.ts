import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergeEnvFile, parseEnvFile, UnwritableError } from '../../src/config/env-file.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'seam-reconciler-env-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ODD = {
  PLAIN: 'postgresql://ann:secret@db.example:5432/app?sslmode=require',
  EMPTY: '',
  HASH: 'a#b # c',
  SPACES: '  around  and within ',
  SINGLE: "it's",
  DOUBLE: 'say "no"',
  BOTH: `it's "so"`,
  BACKTICK: 'a `b` c',
  DOLLAR: 'pa$$word \u0024{HOME} $(id)',
  BACKSLASH: 'C:\\new\\table',
  LINES: 'one\ntwo\nTHREE=3',
  SEMICOLON: 'a;b&c|d',
  EQUALS: '==a=b=',
  COLON: 'YAML: like',
  UNICODE: 'Zoë 🔑',
};
const linesOf = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value, why: `Why ${name}.` }));

test('node --env-file reads what was written, whatever is in a value', () => {
  const file = path.join(folder, '.env');
  writeFileSync(file, mergeEnvFile('', linesOf(ODD)));
  const script = `process.stdout.write(JSON.stringify(process.env))`;
  const read = JSON.parse(
    execFileSync(process.execPath, [`--env-file=${file}`, '-e', script], { env: {} }).toString(),
  );
  expect(read).toMatchObject(ODD);
  expect(read).not.toHaveProperty('THREE');
});

test('any value is read as it was written, or refused by name alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (value, other) => {
      const values = { SECRET_ONE: value, OTHER: other };
      try {
        const text = mergeEnvFile('# mine\nBEFORE=1\n', linesOf(values));
        expect(parseEnvFile(text)).toEqual({ ...values, BEFORE: '1' });
        expect(mergeEnvFile(text, linesOf(values))).toBe(text);
      } catch (error) {
        if (!(error instanceof UnwritableError)) throw error;
        expect(error.message).toMatch(/^(SECRET_ONE|OTHER) can't/);
        expect(`${value}${other}`).toMatch(/['"`\r\n\\]/);
      }
    }),
  );
});

test('what is there stays: comments, other settings, their order; a value is changed where it is', () => {
  const before = [
    '# Ours, by Ann',
    'export DATABASE_URL="postgresql://old" # the old one',
    '',
    'OTHER=stays   # really',
    'LONG="one',
    'REDIS_URL=no setting',
    'two"',
    'REDIS_URL=',
    'REDIS_URL=redis://old',
  ].join('\n');
  const after = mergeEnvFile(before, [
    { name: 'DATABASE_URL', value: 'postgresql://new', why: 'unused' },
    { name: 'REDIS_URL', value: 'redis://new', why: 'unused' },
    { name: 'CONSOLE_URL', value: 'https://support.example', why: 'How people get there.' },
  ]);
  expect(after.split('\n')).toEqual([
    '# Ours, by Ann',
    'DATABASE_URL=postgresql://new',
    '',
    'OTHER=stays   # really',
    'LONG="one',
    'REDIS_URL=no setting',
    'two"',
    'REDIS_URL=',
    'REDIS_URL=redis://new',
    '',
    '# How people get there.',
    'CONSOLE_URL=https://support.example',
    '',
  ]);
});

test('a value with quotes of all kinds is refused without a word of it', () => {
  const write = () => mergeEnvFile('', linesOf({ DATABASE_URL: `a'b"c\`d` }));
  expect(write).toThrow("DATABASE_URL can't be written");
  expect(write).not.toThrow('a\'b"');
});

test('npm run cli reads the .env of the folder, but not for dev, and nothing else does', () => {
  writeFileSync(path.join(folder, '.env'), 'SEAM_API_KEY=seam_test_of_the_file\n');
  const faults = (command: string, event: string): string => {
    const env = { NODE_ENV: 'production', npm_lifecycle_event: event };
    return spawnSync(process.execPath, [MAIN, command], { cwd: folder, env }).stderr.toString();
  };
  const read = faults('work', 'cli');
  expect(read).toContain('DATABASE_URL is missing');
  expect(read).not.toContain('SEAM_API_KEY is missing');
  expect(faults('dev', 'cli')).toContain('SEAM_API_KEY is missing');
  expect(faults('work', 'test')).toContain('SEAM_API_KEY is missing');
});
