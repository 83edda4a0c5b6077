import { expect, test } from 'vitest';
import { html } from '../../../src/console/view/html.ts';
import { isUnchanged, tagOf } from '../../../src/console/view/tag.ts';
import { withOffset, withOffsets } from '../../../src/console/view/typed-times.ts';
import { ago, when } from '../../../src/console/view/words.ts';
import { inZone } from '../../../src/console/view/zone.ts';
import { isCsrf, maskCsrf } from '../../../src/operators/sessions.ts';

const AT = '2026-11-26T12:25:10.000Z';

test.each([
  ['2026-11-22T14:00', 'Europe/Berlin', '2026-11-22T14:00+01:00'],
  ['2026-07-22T14:00', 'Europe/Berlin', '2026-07-22T14:00+02:00'],
  ['2026-11-22 14:00', 'America/New_York', '2026-11-22T14:00-05:00'],
  ['2026-11-22', 'Asia/Kolkata', '2026-11-22T00:00+05:30'],
  // Left out by the clocks, and there twice.
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T02:30+01:00'],
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T02:30+02:00'],
  ['2026-11-22T14:00Z', 'Europe/Berlin', '2026-11-22T14:00Z'],
  ['2026-02-30', 'Europe/Berlin', '2026-02-30'],
  ['24h', 'Europe/Berlin', '24h'],
  ['yesterday', 'Europe/Berlin', 'yesterday'],
])('typed %s in %s is %s', (typed, zone, read) => {
  expect(withOffset(typed, zone)).toBe(read);
});

test('an address keeps all else, and is left as it is where the zone isn’t known', () => {
  const given = new URLSearchParams({ state: 'failed', since: '2026-11-22', user: '2026-11-22' });
  expect(withOffsets(given, 'Asia/Tokyo')?.toString()).toBe(
    'state=failed&since=2026-11-22T00%3A00%2B09%3A00&user=2026-11-22',
  );
  expect(withOffsets(given, null)).toBeNull();
  expect(withOffsets(given, 'UTC')).toBeNull();
});

test('a page is told in a zone, with UTC for whoever points at a time; other words stay', () => {
  const page = html`${when(AT)} ${ago(AT, Date.parse(AT) + 60_000)} ${'<time datetime="x">1 UTC</time>'}`;
  const told = inZone(page.toString(), 'Europe/Berlin');
  expect(told).toContain(
    `<time datetime="${AT}" title="26 Nov 2026, 12:25:10 UTC">26 Nov 2026, 13:25:10 CET</time>`,
  );
  expect(told).toContain(
    `title="26 Nov 2026, 13:25:10 CET (26 Nov 2026, 12:25:10 UTC)">1 min ago</time>`,
  );
  expect(told).toContain('&lt;time');
  expect(inZone(page.toString(), null)).toBe(page.toString());
});

test('a part is the same while only the numbers of its forms and its age differ', () => {
  const part = (csrf: string, minutes: number, name: string): string =>
    tagOf(
      'rows',
      html`<input type="hidden" name="csrf" value="${csrf}">${name} ${ago(AT, Date.parse(AT) + minutes * 60_000)}`,
    );
  const tag = part('a', 1, 'Ada');
  expect(part('b', 2, 'Ada')).toBe(tag);
  expect(part('a', 1, 'Grace')).not.toBe(tag);
  const body = html`<div data-live data-tag="${tag}">x</div>`;
  expect(isUnchanged(body, `"${tag}"`)).toBe(true);
  expect(isUnchanged(body, `"${part('a', 1, 'Grace')}"`)).toBe(false);
  expect(isUnchanged(body, '"">x"')).toBe(false);
  expect(isUnchanged(body, undefined)).toBe(false);
});

test('a form’s number is spelt differently each time, and taken however it is spelt', () => {
  const own = { csrf: Buffer.alloc(32, 7).toString('base64url') };
  const [one, other] = [maskCsrf(own), maskCsrf(own)];
  expect(one).not.toBe(other);
  for (const given of [one, other, own.csrf]) expect(isCsrf(own, given)).toBe(true);
  const stranger = maskCsrf({ csrf: Buffer.alloc(32, 8).toString('base64url') });
  for (const given of [stranger, '', 'x', one.slice(1)]) expect(isCsrf(own, given)).toBe(false);
});
