import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { DEFAULTS, SETTINGS } from './settings-and-defaults.ts';

describe('.env.example', () => {
  const textOf = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const namesIn = (text: string, form: RegExp) => [...text.matchAll(form)].map(match => match[1]);

  test('tells of every setting that is read', () => {
    const read = namesIn(textOf('src/config/schema.ts'), /^ {2}([A-Z_]+): /gm);
    expect(read.toSorted()).toEqual(SETTINGS.toSorted());
    const told = namesIn(textOf('.env.example'), /^#? ?([A-Z_]+)=/gm);
    expect(told).toEqual(expect.arrayContaining(read));
  });

  test('shows the defaults as they are', () => {
    const shown = textOf('.env.example').matchAll(/^# ([A-Z_]+)=(.*)$/gm);
    const { REDIS_URL: _, ...defaults } = Object.fromEntries(
      [...shown].map(([, name, value]) => [name, value]),
    );
    expect(Object.keys(defaults)).not.toEqual([]);
    expect(parseConfig(defaults)).toEqual(DEFAULTS);
  });
});
