import { describe, expect, test } from 'vitest';
import { FAILURE_REASONS, SETTLED_OUTCOMES } from '../../src/model/outcome.ts';
import { decide } from '../../src/reconcile/decide.ts';
import { FINISHED, NONE, SETTLED, UNKNOWN_TO_US } from './decide-cases.ts';
import { ERASED } from './erased-cases.ts';
import { DISOWNED, DISOWNING, FAILED } from './failed-cases.ts';
import { UNLINKED } from './unlinked-cases.ts';

describe('what a run comes to', () => {
  test.each([...SETTLED, ...ERASED, ...UNLINKED])(
    '%s',
    (_name, facts, standing, outcome, state, link) => {
      expect(decide({ ...FINISHED, ...facts }, { ...UNKNOWN_TO_US, ...standing })).toEqual(
        state === null ? { kind: outcome } : { kind: 'settled', outcome, state, link },
      );
    },
  );

  test.each(FAILED)('support reads of %s why it failed', (_name, facts, standing, reason) => {
    expect(decide({ ...FINISHED, ...facts }, { ...UNKNOWN_TO_US, ...standing })).toEqual({
      kind: 'failed',
      reason,
      detail: expect.stringMatching(/\w/),
      link: NONE,
    });
  });

  test.each(DISOWNING)('%s ends the link', (_name, facts, standing, reason) => {
    expect(decide({ ...FINISHED, ...facts }, { ...UNKNOWN_TO_US, ...standing })).toMatchObject({
      kind: 'failed',
      reason,
      link: DISOWNED,
    });
  });

  test('of a user who may only be hidden from us it says so, with what to do', () => {
    const user = { kind: 'none', hidden: 'Row level security may hide users.' } as const;
    expect(decide({ ...FINISHED, user }, UNKNOWN_TO_US)).toMatchObject({
      reason: 'user_not_found',
      detail: expect.stringContaining(user.hidden),
    });
  });

  test('no outcome and no reason of the closed lists was left out of the tables above', () => {
    const notFromFacts =
      /^seam_|^internal_error$|^event_unusable$|^users_table_unusable$|^workspace_(unknown|suspended)$/;
    expect(new Set([...SETTLED, ...UNLINKED].map(([, , , outcome]) => outcome))).toEqual(
      new Set(SETTLED_OUTCOMES),
    );
    expect(new Set(FAILED.map(([, , , reason]) => reason))).toEqual(
      new Set(FAILURE_REASONS.filter(reason => !notFromFacts.test(reason))),
    );
  });
});
