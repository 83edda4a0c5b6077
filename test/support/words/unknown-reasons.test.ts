import { expect, test } from 'vitest';
import type { FailureReason } from '../../../src/model/outcome.ts';
import { itemOutcomeOf } from '../../../src/support/bulk/outcome.ts';
import { NO_FILTER } from '../../../src/support/finding/connection-filter.ts';
import { describeFilter } from '../../../src/support/finding/filter-words.ts';
import {
  reasonExplained,
  reasonSentence,
  reasonTitle,
} from '../../../src/support/words/reason-words.ts';

/* A row may hold a reason that only a newer version knows: it is told as it stands, wherever reasons are told. */

const reason = 'of_next_year' as FailureReason;

test('in words', () => {
  expect([reasonTitle(reason), reasonSentence(reason)]).toEqual([reason, reason]);
  expect(Object.values(reasonExplained(reason)).join(' ')).not.toMatch(/undefined/);
});

test('by a filter', () => {
  expect(describeFilter({ ...NO_FILTER, reason }, [])).toEqual([reason]);
});

test('of an item of a bulk run', () => {
  const now = { reason, generation: 2, observedGeneration: 2, isSettled: false };
  expect(itemOutcomeOf(2, { ...now, state: 'failed' })).toEqual({ state: 'failed', why: reason });
  expect(itemOutcomeOf(2, { ...now, state: 'retrying' })?.why).toMatch(/^of_next_year; /);
});
