import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SupportError } from '../../../src/access/errors.ts';
import { FAILURE_REASONS } from '../../../src/model/outcome.ts';
import {
  type ConnectionFilter,
  FILTER_FIELDS,
  filterFields,
  formatFilter,
  NO_FILTER,
  parseFilter,
  STATE_CHOICES,
} from '../../../src/support/finding/connection-filter.ts';
import { formatCursor, parseCursor } from '../../../src/support/finding/cursor.ts';
import { describeFilter } from '../../../src/support/finding/filter-words.ts';
import { STANDINGS } from '../../../src/support/finding/standings.ts';
import { anyText, oddValue } from '../../fixtures/arbitraries.ts';

const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null });

const usableText = anyText.filter(
  text =>
    text.trim() === text &&
    text !== '' &&
    text.length <= 500 &&
    text.isWellFormed() &&
    !text.includes('\0'),
);
const moment = fc.date({
  min: new Date('1000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

const anyFilter: fc.Arbitrary<ConnectionFilter> = fc.record({
  state: orNull(fc.constantFrom(...STATE_CHOICES)),
  reason: orNull(fc.constantFrom(...FAILURE_REASONS)),
  workspace: orNull(usableText),
  user: orNull(usableText),
  named: orNull(usableText),
  pattern: orNull(usableText),
  standing: orNull(fc.constantFrom(...STANDINGS)),
  maker: orNull(usableText),
  assigned: orNull(
    fc.oneof(fc.constantFrom('me' as const, 'nobody' as const), fc.integer({ min: 1 })),
  ),
  snoozed: orNull(fc.constantFrom('yes' as const, 'no' as const)),
  since: orNull(moment),
  until: orNull(moment),
});

const throughAddress = (filter: ConnectionFilter): ConnectionFilter =>
  parseFilter(filterFields(new URLSearchParams(formatFilter(filter).toString())));

describe('a filter', () => {
  test('is the same after a way through an address, as a pasted one has to be', () => {
    fc.assert(
      fc.property(anyFilter, filter => {
        expect(throughAddress(filter)).toEqual(filter);
      }),
    );
  });

  test('of whatever stands in an address is a filter that Postgres takes, or names the field', () => {
    const field = fc.option(
      oddValue.map(value => (typeof value === 'string' ? value : fc.stringify(value))),
      { nil: undefined },
    );
    const fields = fc.record(Object.fromEntries(FILTER_FIELDS.map(name => [name, field])));
    fc.assert(
      fc.property(fields, given => {
        try {
          const filter = parseFilter(given);
          expect(throughAddress(filter)).toEqual(filter);
        } catch (error) {
          if (!(error instanceof SupportError)) throw error;
          expect(error.fault).toBe('invalid');
          const named = Object.keys(error.faults);
          expect(named.filter(name => FILTER_FIELDS.every(known => known !== name))).toEqual([]);
        }
      }),
    );
  });

  test('takes times without a zone as UTC, and how long ago', () => {
    expect(parseFilter({ since: '2026-11-22T14:00' }).since).toEqual(
      new Date('2026-11-22T14:00:00Z'),
    );
    const before = Date.now() - 86_400_000;
    const { since } = parseFilter({ since: '24h' });
    expect(since?.getTime()).toBeGreaterThanOrEqual(before);
    expect(since?.getTime()).toBeLessThanOrEqual(before + 10_000);
  });

  test('is told in words', () => {
    const filter = parseFilter({
      state: 'failed',
      reason: 'user_not_found',
      user: 'ada',
      named: 'grace',
      since: '2026-11-22',
    });
    expect(describeFilter(filter, [])).toEqual([
      'Needs attention',
      'User not found',
      'of user ada',
      'names user grace',
      'changed since 2026-11-22 00:00 UTC',
    ]);
    expect(describeFilter(NO_FILTER, [])).toEqual([]);
  });
});

describe('a cursor', () => {
  const subject = usableText.map(text => `connect_webview:${text}`);

  test('leads back to the very place', () => {
    fc.assert(
      fc.property(moment, fc.nat(999), subject, (date, micros, of) => {
        const at = date.toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
        expect(parseCursor(formatCursor({ at, subject: of }))).toEqual({ at, subject: of });
      }),
    );
  });

  test('that somebody made up is refused', () => {
    const of = (text: string): string => Buffer.from(text).toString('base64url');
    const wrong = [
      '',
      'x',
      of('2026-11-22T14:00:00.000000Z '),
      of('2026-02-30T14:00:00.000000Z connect_webview:a'),
      of('0000-11-22T14:00:00.000000Z connect_webview:a'),
      of('2026-11-22T14:00:00.000000Z a\0b'),
      `${of('2026-11-22T14:00:00.000000Z connect_webview:a')}=`,
    ];
    for (const text of wrong) expect(() => parseCursor(text), text).toThrow(SupportError);
    fc.assert(
      fc.property(anyText, text => {
        expect(() => parseCursor(text)).toThrow(SupportError);
      }),
    );
  });
});
