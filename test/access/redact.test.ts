import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact, redactText } from '../../src/access/redact.ts';

const VIEWER = { forViewer: true };
const SUPPORT = { forViewer: false };

const EVENT = {
  event_id: 'b0b1',
  event_type: 'connected_account.connected',
  occurred_at: '2026-11-22T10:00:00.000Z',
  connected_account_id: '11111111-2222-3333-4444-555555555555',
  count: 3,
  is_new: true,
  nothing: null,
  connected_account_custom_metadata: {
    id: 'internal_id_1',
    contact: 'write to ada@locks.example or call +1 (415) 555-0100',
    phone: '4155550100',
    session_token: 'abcdef',
    note: 'Bearer abcdefghijklmnop',
    link: 'https://ada:pw@app.example/in?token=abc#frag',
    plain_link: 'https://docs.example/page',
  },
  errors: [
    { error_code: 'account_disconnected', message: 'seam_live_0123456789abcdef was refused' },
  ],
};

describe('an event', () => {
  test('keeps its structure, and whatever support needs', () => {
    const seen = redact(EVENT, SUPPORT);
    expect(seen).toMatchObject({
      event_id: 'b0b1',
      occurred_at: '2026-11-22T10:00:00.000Z',
      connected_account_id: '11111111-2222-3333-4444-555555555555',
      count: 3,
      is_new: true,
      nothing: null,
      connected_account_custom_metadata: {
        id: 'internal_id_1',
        contact: 'write to ada@locks.example or call +1 (415) 555-0100',
        plain_link: 'https://docs.example/page',
      },
      errors: [{ error_code: 'account_disconnected' }],
    });
  });

  test.each([VIEWER, SUPPORT])('shows nobody what lets them in (%o)', options => {
    const text = JSON.stringify(redact(EVENT, options));
    for (const secret of ['abcdef', 'ada:pw', 'token=', 'frag', 'seam_live_0123']) {
      expect(text).not.toContain(secret);
    }
  });

  test('shows viewers no e-mail, no number and no long text; ids and times they may see', () => {
    const long = 'word '.repeat(200);
    const text = JSON.stringify(redact({ ...EVENT, long }, VIEWER));
    for (const personal of ['ada@', 'locks.example', '415', '555-0100', long]) {
      expect(text).not.toContain(personal);
    }
    expect(text).toContain('11111111-2222-3333-4444-555555555555');
    expect(text).toContain('2026-11-22T10:00:00.000Z');
    expect(text).toContain('… (1000 characters)');
  });
});

test('an e-mail of whatever form is hidden, wherever it stands in whatever JSON', () => {
  const email = fc.emailAddress();
  const shape = fc.letrec(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      email,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.string({ maxLength: 8 }), email), tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(shape, value => {
      const shown = JSON.stringify(redact(value, VIEWER)).replaceAll('•••@•••', '');
      expect(shown).not.toMatch(/[a-z0-9]@[a-z0-9]/i);
    }),
    { numRuns: 500 },
  );
});

test('brackets deeper than anybody can read do no harm, nor do names of the language itself', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
  expect(JSON.stringify(redact(deep, VIEWER))).toContain('deeper');
  const odd: unknown = JSON.parse('{"__proto__": {"a": 1}, "constructor": "x"}');
  expect(JSON.stringify(redact(odd, SUPPORT))).toBe('{"__proto__":{"a":1},"constructor":"x"}');
});

// What took the square of the length would take hours: its limit is the test's own.
test('a text of a quarter of a megabyte is read to its end', () => {
  for (const text of [
    'a'.repeat(250_000),
    '1'.repeat(250_000),
    'eyJ'.repeat(80_000),
    '-eyJaaaaaaaa'.repeat(20_000),
    'a://'.repeat(60_000),
  ]) {
    redactText(text, VIEWER);
    expect(redactText(text, SUPPORT).length).toBeGreaterThan(0);
  }
});

test('what ids begin with is hidden from viewers where that tells of an e-mail or a number, in a filter and by its name', () => {
  for (const value of ['ada@', 'ada@app.ex', '+4989']) {
    const query = new URLSearchParams({ state: 'failed', pattern: value, maker: 'august' });
    const change = { query: query.toString(), pattern: value, without_prefix: value };
    const shown = JSON.stringify(redact(change, VIEWER));
    expect(shown).not.toContain(value.slice(0, 3));
    expect(shown).toContain('maker=august');
    expect(redact(change, SUPPORT)).toEqual(change);
  }
  const plain = { query: 'pattern=tenant-9%3A&state=failed', without_prefix: 'tenant-9:' };
  expect(redact(plain, VIEWER)).toEqual(plain);
});
