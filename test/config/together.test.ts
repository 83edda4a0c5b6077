import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Env, parseConfig } from '../../src/config/config.ts';
import { consoleWithheld } from '../../src/config/doors.ts';
import { faultsOf } from '../fixtures/config-faults.ts';

/* The table of settings that must fit together: each of its examples is refused, in the name of its setting. */

const TEXT = readFileSync(path.join(import.meta.dirname, '../../docs/running.md'), 'utf8');
const ROW = /^\| `([^`]+=[^`]*)` \| `([A-Z_]+)` \|/gm;

const [, table = ''] = TEXT.split('**What must fit together.**');
const RULES = [...(table.split('**Secrets in files.**')[0] ?? '').matchAll(ROW)].map(
  ([, example = '', name = '']) => ({
    name,
    example,
    env: Object.fromEntries(
      example.split(' ').map(pair => [pair.replace(/=.*/s, ''), pair.replace(/^[^=]*=/s, '')]),
    ) as Env,
  }),
);

const withheldBy = (env: Env): string | null => consoleWithheld(parseConfig(env));
/** Those of which the console alone is the victim. */
const isOfConsole = ({ name }: (typeof RULES)[number]): boolean =>
  name === 'CONSOLE_URL' || name === 'SECOND_FACTOR';

test('there are examples', () => {
  expect(RULES.length).toBeGreaterThanOrEqual(10);
});

test.each(RULES.filter(rule => !isOfConsole(rule)))('$example', ({ name, env }) => {
  const { faults } = faultsOf(env);
  expect(faults.filter(fault => fault.startsWith(`${name} `))).toHaveLength(1);
});

test.each(RULES.filter(isOfConsole))('$example: without the console', ({ name, env }) => {
  expect(withheldBy(env)).toMatch(new RegExp(`^${name} `));
});
