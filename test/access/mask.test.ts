import fc from 'fast-check';
import { expect, test } from 'vitest';
import { identifierFor, maskIdentifier } from '../../src/access/mask.ts';
import { ROLES } from '../../src/access/permissions.ts';
import { anyText } from '../fixtures/arbitraries.ts';

test.each([
  ['ada.lovelace@locks.example', 'a•••@l•••.example'],
  ['ab@locks.example', '•••@l•••.example'],
  ['+14155550100', '+•••00'],
  ['August', '•••'],
  ['a@b', '•••@•••'],
  ['ada@locks.example and the gate is 4711', 'a•••@•••'],
])('%s is shown to viewers as %s', (text, masked) => {
  expect(maskIdentifier(text)).toBe(masked);
});

const local = anyText.filter(text => [...text].length >= 3 && text.isWellFormed());
const domain = fc.stringMatching(/^[a-z]{1,20}(\.[a-z]{2,10}){0,2}$/);

test('whatever stands before the @, at most its first character is shown', () => {
  fc.assert(
    fc.property(local, domain, (before, host) => {
      const masked = maskIdentifier(`${before}@${host}`);
      const shown = masked.slice(0, masked.indexOf('•••@'));
      expect([...shown].length).toBeLessThanOrEqual(1);
      expect(masked).not.toContain(`${before}@`);
      expect(masked.isWellFormed()).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('of whatever is no e-mail, at most three characters are shown, and more are hidden', () => {
  fc.assert(
    fc.property(anyText, text => {
      const shown = [...maskIdentifier(text).replaceAll('•', '')].length;
      expect(shown).toBeLessThanOrEqual(Math.max(3, 1 + 1 + 1 + 24));
      if (!text.includes('@')) expect(shown === 0 || shown < [...text].length / 2).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test.each(ROLES)('a %s sees it as the role says', role => {
  const seen = identifierFor({ role }, 'ada.lovelace@locks.example');
  expect(seen === 'ada.lovelace@locks.example').toBe(role !== 'viewer');
  expect(identifierFor({ role }, null)).toBeNull();
});
