import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hideEmails, hideNumbers, hidePersonal, isPersonalId } from '../../src/access/personal.ts';
import { anyInstant, anyText } from '../fixtures/arbitraries.ts';

const word = fc.stringMatching(/^[a-z]{1,10}$/);

describe('an e-mail', () => {
  test.each([
    ['write to ada@locks.example, please', 'write to •••@•••, please'],
    ['"o\'brien@locks.example"', '"•••@•••"'],
    ["'ada@locks.example'", "'•••@•••'"],
    [
      'state=failed&user=ada%2Block%40locks.example&since=24h',
      'state=failed&user=•••@•••&since=24h',
    ],
    ['ada@locks@app.example', '•••@•••'],
    ['@ada, meet @ 5, 40%', '@ada, meet @ 5, 40%'],
  ])('%s is shown as %s', (text, shown) => {
    expect(hideEmails(text)).toBe(shown);
  });

  test('of whatever form is hidden wherever it stands, as it is or encoded', () => {
    const encodings = [(text: string) => text, encodeURIComponent];
    fc.assert(
      fc.property(
        anyText,
        fc.emailAddress(),
        anyText,
        fc.constantFrom(...encodings),
        (before, email, behind, encode) => {
          // Quotes around nothing.
          fc.pre(!/^'+@/.test(email));
          const shown = hideEmails(`${before} ${encode(email)} ${behind}`);
          expect(shown.replaceAll('•••@•••', '')).not.toMatch(/[a-z0-9](?:@|%40)[a-z0-9]/i);
          expect(shown).toContain('•••@•••');
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('a text without an @ stays as it is', () => {
    fc.assert(
      fc.property(anyText, text => {
        const plain = text.replace(/@|%40/g, '');
        expect(hideEmails(plain)).toBe(plain);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a telephone number', () => {
  test.each([
    '+14155550100',
    '+1 (415) 555-0100',
    '+49/89/1234567',
    '＋44 20 7946 0958',
    '(415) 555-0100',
    '(089) 123456',
    '415-555-0100',
    '415.555.0100',
    '415 555-0100',
    '1 415 555 0100',
    '1-800-555-0199',
    '089/1234567',
    '020 7946 0958',
    '01 23 45 67 89',
    '01.23.45.67.89',
    'tel:+14155550100',
    'tel:089/1234567',
    'phone: 4155550100',
    'her phone_number=4155550100',
    '%2B14155550100',
    '%2B1+415+555+0100',
    '%2B1%20%28415%29%20555%200100',
  ])('%s is hidden', number => {
    for (const text of [number, `Call ${number}, please.`, `2026-11-22 ${number}`]) {
      const shown = hideNumbers(text);
      expect(shown).toContain('••• (number)');
      expect(shown.replace('2026-11-22', '')).not.toMatch(/\d{2}/);
    }
  });

  const group = fc.stringMatching(/^\d{2,4}$/);
  const international = fc
    .tuple(
      fc.stringMatching(/^[1-9]\d{0,2}$/),
      fc.array(group, { minLength: 3, maxLength: 3 }),
      fc.constantFrom(' ', '-', '.', '/', ''),
    )
    .map(([country, groups, separator]) => `+${[country, ...groups].join(separator)}`);
  const national = fc
    .tuple(
      fc.stringMatching(/^0[1-9]\d{1,2}$/),
      fc.stringMatching(/^\d{7,8}$/),
      fc.constantFrom(' ', '-', '/'),
    )
    .map(([area, rest, separator]) => `${area}${separator}${rest}`);

  test('of a country, or of any, is hidden in whatever sentence', () => {
    fc.assert(
      fc.property(word, fc.oneof(international, national), word, (before, number, behind) => {
        expect(hidePersonal(`${before} ${number}, ${behind}`)).toBe(
          `${before} ••• (number), ${behind}`,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    '2026-11-22T10:00:00.000Z',
    '2026-11-22 10:00:00.123456+00',
    '22.11.2026',
    '05.12.26 14.30',
    '05/12/2026 14:30',
    '11111111-2222-3333-4444-555555555555',
    'run 12345678 of 20260101',
    '1,234,567 connections',
    '12 345 678',
    'request 4711000815',
    '1700000000000',
    '0.123456789',
    '192.168.100.200',
    'connected_account_0123456789',
    'connect_webview:0a1b',
    '(404) 1000 tries',
    '(17) 2026-11-22',
    '503 503 503',
    '012-3456789-0123456',
  ])('%s is none', text => {
    expect(hideNumbers(text)).toBe(text);
  });

  const hex = fc.stringMatching(/^[0-9a-f]{16,40}$/);
  const instant = fc.oneof(
    anyInstant,
    fc.date({ noInvalidDate: true }).map(date => date.toUTCString()),
    fc.date({ noInvalidDate: true }).map(date => date.toLocaleString('de-DE')),
  );
  const id = fc.oneof(
    fc.uuid(),
    hex,
    fc.uuid().map(text => `connected_account:${text}`),
    fc.nat().map(number => `event_${number}`),
  );
  const count = fc.oneof(
    fc.maxSafeInteger().map(Math.abs).map(String),
    fc.maxSafeNat().map(number => number.toLocaleString('en-US')),
    fc.float({ min: 0, max: 1e6, noNaN: true }).map(number => number.toFixed(3)),
  );
  const harmless = fc.oneof(instant, id, count);

  test('ids, counts, dates and times are none, in whatever sentence', () => {
    fc.assert(
      fc.property(word, harmless, word, harmless, (one, first, other, second) => {
        // These announce one.
        fc.pre(!/phone|mobile|tel|cell|fax|sms/.test(one + other));
        const text = `${one} ${first}, ${other} ${second}.`;
        expect(hideNumbers(text)).toBe(text);
      }),
      { numRuns: 5_000 },
    );
  });
});

test.each([
  ['ada@locks.example', true],
  ['auth0|ada@locks.example', true],
  ['ada%40locks.example', true],
  ['+14155550100', true],
  ['+49 89 1234567', true],
  ['4155550100', false],
  ['internal_id_1', false],
  ['11111111-2222-3333-4444-555555555555', false],
  ['@ada', false],
])('the id %s tells who somebody is: %s', (id, tells) => {
  expect(isPersonalId(id)).toBe(tells);
});

// What took the square of the length would take hours: its limit is the test's own.
test('a text of a quarter of a megabyte is read to its end', () => {
  for (const piece of ['a', 'a@', '@', '%40', '1', '0 ', '+1', '(01)', '415-', 'phone ', '+1(((']) {
    expect(hidePersonal(piece.repeat(250_000 / piece.length)).length).toBeGreaterThan(0);
  }
  expect(hidePersonal(`${'a'.repeat(250_000)}@`).length).toBeGreaterThan(0);
});
