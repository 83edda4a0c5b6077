import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ENTRIES, OF_THE_SERVICE_ALONE, SAID_OTHERWISE } from '../../src/library/table.ts';
import { ROOT } from '../fixtures/documents.ts';

/* What docs/library.md says is so: its table is the code's, and its examples are taken by the compiler. */

const text = await readFile(path.join(ROOT, 'docs/library.md'), 'utf8');
const KINDS = {
  text: 'text',
  texts: 'text, or several',
  number: 'number',
  boolean: 'true or false',
  roles: 'object',
} as const;

test('every option is in the table, with its setting and kind, and none besides', () => {
  const [, table = ''] = text.split('## Options');
  const told = [...table.matchAll(/^\| `([\w.]+)` \| `([A-Z_]+)` \| ([^|]*) \|$/gm)];
  const rows = told.map(([, option = '', setting = '', kind = '']) => ({ option, setting, kind }));
  const beside = Object.entries(SAID_OTHERWISE).map(([option, setting]) => ({ option, setting }));
  const known = ENTRIES.map(entry => ({
    option: entry.path.join('.'),
    setting: entry.setting,
    kind: KINDS[entry.kind],
  }));
  expect(rows.slice(0, known.length)).toEqual(known);
  expect(rows.slice(known.length)).toMatchObject(beside);
});

test('every setting that is no option is named, or its family', () => {
  const [, left = ''] = text.split('## What is left to you');
  const missing = Object.keys(OF_THE_SERVICE_ALONE)
    .filter(setting => !setting.startsWith('OTEL_'))
    .filter(setting => !left.includes(`\`${setting}\``));
  expect(missing).toEqual([]);
  expect(left).toContain('`OTEL_…`');
});

test('its examples compile, as a program of an app’s would', async () => {
  const examples = [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code);
  expect(examples.length).toBeGreaterThan(1);
  const folder = await mkdtemp(path.join(ROOT, 'node_modules/.examples-'));
  try {
    const entry = path.join(ROOT, 'src/library/index.ts');
    await Promise.all(
      examples.map((code, at) =>
        writeFile(
          path.join(folder, `example-${at}.ts`),
          code.replaceAll("'seam-reconciler'", JSON.stringify(entry)),
        ),
      ),
    );
    await writeFile(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: path.join(ROOT, 'tsconfig.json'), include: ['*.ts'] }),
    );
    const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
    await promisify(execFile)(tsc, ['-p', folder], { cwd: ROOT });
  } finally {
    await rm(folder, { recursive: true });
  }
});
