import { describe, expect, test } from 'vitest';
import { metadataFaults } from '../../src/seam/metadata.ts';

const keys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`key_${n}`, 'x']));

describe('what Seam takes has no faults', () => {
  test.each([
    ['nothing', {}],
    ['text and booleans', { id: 'ada', beta: true, trial: false }],
    ['50 keys', keys(50)],
    ['a name of 40 characters', { ['k'.repeat(40)]: 'x' }],
    ['a text of 500 characters', { id: 'x'.repeat(500) }],
    ['any script', { naïve: '鍵 🔑' }],
  ])('%s', (_name, metadata) => {
    expect(metadataFaults(metadata)).toEqual([]);
  });
});

describe('what Seam refuses, or takes otherwise than meant, is a fault that names the key', () => {
  test.each([
    ['51 keys', keys(51), /51 metadata keys.*50/],
    ['a name of 41 characters', { ['k'.repeat(41)]: 'x' }, /"k{41}" has 41 characters.*40/],
    ['a name with a period', { 'a.b': 'x' }, /"a\.b" contains a period/],
    ['an empty name', { ' ': 'x' }, /key is empty/],
    ['a name that is no text', { 'a\0': 'x' }, /"a\\u0000" contains a character/],
    ['a text of 501 characters', { note: 'x'.repeat(501) }, /"note" has 501 characters.*500/],
    ['an empty text', { note: '' }, /"note" is empty.*remove/],
    ['half a character', { note: '\ud83d' }, /"note" contains a character/],
    ['a number', { seats: 4 }, /"seats" must be/],
    ['null', { note: null }, /"note" must be/],
    ['a list', { tags: ['a'] }, /"tags" must be/],
  ])('%s', (_name, metadata, fault) => {
    expect(metadataFaults(metadata)).toEqual([expect.stringMatching(fault)]);
  });

  test('all at once, and no value is told', () => {
    const faults = metadataFaults({ ...keys(51), 'a.b': 'y'.repeat(501), 'a secret': 4711 });
    expect(faults).toHaveLength(4);
    expect(faults.join()).not.toMatch(/yy|4711/);
  });
});
