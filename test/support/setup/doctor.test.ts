import { describe, expect, test } from 'vitest';
import { type Check, examine, judgeClock, Problem } from '../../../src/support/setup/doctor.ts';

const fine = (name: string, needs: readonly string[] = []): Check => ({
  name,
  needs,
  look: async () => `${name} is fine`,
});
const broken = (name: string, error: Error): Check => ({
  name,
  needs: [],
  look: () => Promise.reject(error),
});
const explain = (error: unknown) => new Problem(`explained ${String(error)}`, 'mend it');

test('goes on after a problem, and says what could not be checked for it', async () => {
  const findings = await examine(
    [
      broken('a', new Problem('a is broken', 'mend a')),
      fine('b', ['a']),
      fine('c', ['b']),
      broken('d', new Error('odd')),
      fine('e'),
      fine('f', ['e']),
    ],
    explain,
  );
  expect(findings).toEqual([
    { check: 'a', result: 'problem', detail: 'a is broken', remedy: 'mend a' },
    { check: 'b', result: 'not_checked', detail: 'because "a" has a problem', remedy: null },
    { check: 'c', result: 'not_checked', detail: 'because "b" has a problem', remedy: null },
    { check: 'd', result: 'problem', detail: 'explained Error: odd', remedy: 'mend it' },
    { check: 'e', result: 'ok', detail: 'e is fine', remedy: null },
    { check: 'f', result: 'ok', detail: 'f is fine', remedy: null },
  ]);
});

describe('a clock is judged by what it showed while it was asked', () => {
  const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1_000);
  const judge = (theirs: number, asked = 0, answered = 1) =>
    judgeClock("Seam's", at(theirs), at(asked), at(answered));

  test.each([0, 0.5, 1, -60, 61])('%d s from when it was asked is near enough', theirs => {
    expect(judge(theirs)).toMatch(/^within \d+ s of Seam's$/);
  });
  test('an answer that took long says less', () => {
    expect(judge(200, 0, 300)).toBe("within 1 s of Seam's");
  });
  test('ours is behind', () => {
    expect(() => judge(302)).toThrow("our clock is 301 s behind Seam's");
  });
  test('ours is ahead', () => {
    expect(() => judge(-301)).toThrow("our clock is 301 s ahead of Seam's");
  });
});
