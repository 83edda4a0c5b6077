import { expect, test } from 'vitest';
import { judge, mostGone, tellWithheld, withheldOf } from '../../src/drift/guard.ts';
import {
  counted,
  fromNumbers,
  type OfWorkspace,
  type Tally,
  toNumbers,
  walkedOf,
} from '../../src/drift/tally.ts';

test.each([
  // Of few, one may always go, and never the last of them.
  { living: 0, percent: 10, most: 0 },
  { living: 1, percent: 10, most: 0 },
  { living: 2, percent: 10, most: 1 },
  { living: 3, percent: 10, most: 1 },
  { living: 5, percent: 10, most: 2 },
  { living: 6, percent: 10, most: 3 },
  { living: 30, percent: 10, most: 3 },
  { living: 40, percent: 10, most: 4 },
  { living: 1_000, percent: 10, most: 100 },
  { living: 1_000, percent: 1, most: 10 },
  // Whoever says so gets so.
  { living: 1, percent: 100, most: 1 },
  { living: 1_000, percent: 0, most: 0 },
])('of $living accounts at $percent %, $most may go at once', ({ living, percent, most }) => {
  expect(mostGone(living, percent)).toBe(most);
});

const tallyOf = (workspaces: Record<string, Partial<OfWorkspace>>): Tally =>
  Object.entries(workspaces).reduce<Tally>((sum, [key, one]) => counted(sum, key, one), {});

test('what is missing for the first time counts as well, but withholds nothing alone', () => {
  const tally = tallyOf({
    quiet: { living: 100, missing: 10, gone: 10 },
    wrong: { living: 100, missing: 11, gone: 1 },
    first: { living: 100, missing: 100, gone: 0 },
  });
  const judged = judge(tally, 10);
  expect(withheldOf(judged)).toEqual(['wrong']);
  expect(tellWithheld(judged, 10)).toBe(
    "Nothing was ended in workspace wrong: Seam doesn't list 11 of 100 accounts, and at most 10 may end at once. Check that the API key belongs to the right workspace. If the accounts are gone for good, let their links end.",
  );
  expect(tellWithheld(judge(tally, 11), 11)).toBeNull();
});

test('one key for all has no workspace to name, and nothing ends where nothing may', () => {
  const judged = judge(tallyOf({ '': { living: 1, missing: 1, gone: 1 } }), 10);
  expect(tellWithheld(judged, 10)).toContain(
    "Nothing was ended: Seam doesn't list 1 of 1 accounts, and none may end without a person.",
  );
});

test('what is counted is kept beside the findings, and read again', () => {
  const tally = tallyOf({
    one: { listed: 0, isWalked: true, living: 3, missing: 2, gone: 1, isWithheld: true },
    'with:colon': { listed: 7 },
  });
  const counts = { gone: 1, linked_right: 2 };
  const numbers = toNumbers(counts, tally);
  expect(fromNumbers(JSON.parse(JSON.stringify(numbers)))).toEqual({ counts, tally });
  expect(numbers).toMatchObject({ gone: 1, 'withheld:one': 1, 'listed:with:colon': 7 });
});

test('only of a workspace whose list was read to the end is anything missing', () => {
  expect(walkedOf(tallyOf({ one: { isWalked: true }, two: { listed: 3 } }))).toEqual(['one']);
  expect(walkedOf(tallyOf({ '': { isWalked: true } }))).toBe('all');
});
