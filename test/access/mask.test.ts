import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  beginningFor,
  identifierFor,
  jsonFor,
  maskIdentifier,
  userIdFor,
  wordsFor,
} from '../../src/access/mask.ts';
import { mayRole, ROLES } from '../../src/access/permissions.ts';
import { anyText } from '../fixtures/arbitraries.ts';
import { SHELL } from '../fixtures/shell.ts';

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

test.each([
  ['ada', 'ada'],
  ['user_1', 'user_1'],
  ['4711', '4711'],
  ['8da3a5e2-2a5f-4c1e-9d3b-6f1c7a3f9b10', '8da3a5e2-2a5f-4c1e-9d3b-6f1c7a3f9b10'],
  ['ada.lovelace@locks.example', 'a•••@l•••.example'],
  ['+14155550100', '+•••00'],
])('a user’s id %s is shown to viewers as %s', (id, shown) => {
  expect(userIdFor({ role: 'viewer' }, id)).toBe(shown);
  expect(userIdFor({ role: 'support' }, id)).toBe(id);
});

test.each([
  ['She called from +1 (555) 010-4477 today.', 'She called from ••• (number) today.'],
  ['Her number: 555-010-4477, ask for Ada', 'Her number: ••• (number), ask for Ada'],
  ['ada@locks.example was refused', '•••@••• was refused'],
  ['user=ada%40locks.example', 'user=•••@•••'],
])('of the words "%s" a viewer reads "%s"', (text, shown) => {
  expect(wordsFor({ role: 'viewer' }, text)).toBe(shown);
  expect(wordsFor({ role: 'support' }, text)).toBe(text);
});

test.each([
  ['ticket 4711 of 2026-11-22, 14:02'],
  ['since 2026-11-22T14:02:31.655Z'],
  ['connect_webview:12345678-1234-4abc-8def-123456789012'],
  ['128 of 3000 connections, 4 in 20 s'],
  ['Seam’s request 3f1c7a3f9b10'],
])('nothing of "%s" is taken for a telephone number', text => {
  expect(wordsFor({ role: 'viewer' }, text)).toBe(text);
});

test('no telephone number in words reaches a viewer, whatever stands around it', () => {
  const digits = fc.stringMatching(/^[2-9]\d{2}[ .-]\d{3}[ .-]\d{4}$/);
  const word = fc.stringMatching(/^[a-z]{0,8}$/);
  fc.assert(
    fc.property(word, digits, word, (before, number, after) => {
      expect(wordsFor({ role: 'viewer' }, `${before} ${number} ${after}`)).not.toContain(number);
    }),
  );
});

test('what lets somebody in is hidden from everybody, but in a shell', () => {
  const metadata = { api_token: 'hunter-two' };
  for (const role of ROLES) expect(jsonFor({ role }, metadata)).not.toEqual(metadata);
  expect(jsonFor(SHELL, metadata)).toEqual(metadata);
});

test('whoever acts on a user sees whom', () => {
  for (const role of ROLES) {
    const acts = mayRole(role, 'link') || mayRole(role, 'create_webview');
    expect(mayRole(role, 'see_emails') || !acts).toBe(true);
  }
});

test.each([
  ['ada.lovelace@', 'a•••@•••'],
  ['ada.lovelace@locks', 'a•••@•••'],
  ['+49891', '•••'],
  ['tenant-9:', 'tenant-9:'],
])('what ids begin with: %s is shown as %s', (text, shown) => {
  expect(beginningFor({ role: 'viewer' }, text)).toBe(shown);
  expect(beginningFor({ role: 'support' }, text)).toBe(text);
});
