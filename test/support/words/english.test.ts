import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { proseOf } from '../../fixtures/prose.ts';

const SRC = fileURLToPath(new URL('../../../src', import.meta.url));

/** What people read says none of these, and what it says instead. */
const GONE: readonly (readonly [gone: RegExp, instead: string])[] = [
  [/\blook(s|ed|ing)?\b/i, 'check (a connection), review (a list), search (for a user)'],
  [/\bis at \w+ing\b/i, 'is …ing'],
  [/\bchoose of\b/i, 'choose A or B'],
  [/\btold of\b/i, 'what happened, in the active voice'],
  [/\bcome in\b/i, 'has access'],
  [/\bbeen had\b|\bto be had\b/i, 'the verb itself'],
  [/\bby (itself|themselves|ourselves)\b/i, 'automatically'],
  [/\b(anew|once more)\b/i, 'again'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/(?<!one )\bof (ours|yours)\b/i, 'our, your'],
  [/\bwhose (it|each) is\b|\bto whom\b/i, 'who it belongs to'],
  [/\bat Seam\b/, 'in Seam'],
  [/\bmetadata (name|say|are|have)\b/i, 'the metadata names'],
  [/\b(somebody|anybody|everybody)\b/i, 'someone, anyone, everyone'],
  [/\bso many\b|\bof late\b/i, 'a number, or when'],
  [/\bplease\b|\bare you sure\b/i, 'nothing'],
  [/\b(takes|has) the role\b.*\byours is\b/i, 'requires the role'],
];

/** A name in code is one word; what people read has spaces, or begins with a capital. */
const isRead = (text: string): boolean => /\S\s+\S/.test(text) || /^[A-Z][a-z]/.test(text);

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file =>
  /\.(ts|js)$/.test(file),
);

test('a text is found in whatever quotes, and names, comments and patterns are not', () => {
  const source = `const look = 'One'; // 'no'
    const at = \`\${look} two \${look.map(each => { return \`three\`; })} four\`;
    const pattern = /"no"/; const half = 4 / 2; const five = "five";`;
  expect(proseOf(source)).toEqual([
    { line: 1, text: 'One' },
    { line: 2, text: 'three' },
    { line: 2, text: '{} two {} four' },
    { line: 3, text: 'five' },
  ]);
});

test('a native reader trips over nothing that has been put right once', () => {
  const said = files.flatMap(file =>
    proseOf(readFileSync(`${SRC}/${file}`, 'utf8'))
      .filter(({ text }) => isRead(text))
      .flatMap(({ line, text }) =>
        GONE.filter(([gone]) => gone.test(text)).map(
          ([gone, instead]) => `${file}:${line}: “${gone.exec(text)?.[0]}”: ${instead}`,
        ),
      ),
  );
  expect(said).toEqual([]);
});

test('what the docs say is in Seam, too', () => {
  const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
  const docs = readdirSync(`${ROOT}/docs`, { recursive: true, encoding: 'utf8' });
  const all = [...docs.map(each => `docs/${each}`), 'README.md', 'CHANGELOG.md', '.env.example'];
  const said = all.filter(
    file =>
      /\.(?:md|example)$/.test(file) &&
      /\bat\s+Seam\b/i.test(readFileSync(`${ROOT}/${file}`, 'utf8')),
  );
  expect(said).toEqual([]);
});

test('the commands, pages and sentences are all among what is gone through', () => {
  const said = files.flatMap(file => proseOf(readFileSync(`${SRC}/${file}`, 'utf8')));
  const texts = new Set(said.map(({ text }) => text));
  for (const text of [
    'Retry now',
    'check a connection again, now',
    'None of our users has that id.',
  ])
    expect(texts).toContain(text);
});
