import { describe, expect, test } from 'vitest';
import {
  ACCOUNT_STATES,
  FAILURE_REASONS,
  type FailureReason,
  RECONCILIATION_STATES,
} from '../../../src/model/outcome.ts';
import { headline } from '../../../src/support/cases/headline.ts';
import { caseBadge, nextStep } from '../../../src/support/cases/next-step.ts';
import { standingOfAccount } from '../../../src/support/cases/standing.ts';
import { STOPPED } from '../../../src/support/finding/standings.ts';

/* Every reason × state × standing: headline, what to do, the main button and the colour agree. */

const UNKNOWN = 'of_next_year' as FailureReason;
const ALL = RECONCILIATION_STATES.flatMap(state =>
  [null, UNKNOWN, ...FAILURE_REASONS].flatMap(reason =>
    [null, ...STOPPED].flatMap(standing =>
      [null, 'Ada (u1)'].map(user => ({ state, reason, standing, user })),
    ),
  ),
);

const factsOf = ({ standing, ...given }: (typeof ALL)[number]) => ({
  ...given,
  standing,
  accountType: 'August',
  accountState:
    standing === 'gone'
      ? ('deleted' as const)
      : standing === 'login_failing'
        ? null
        : (ACCOUNT_STATES.find(state => state === standing) ?? ('connected' as const)),
  hasAccount: standing !== 'login_failing',
  isProvisional: false,
});

/** What the words must say for a button to stand out, and no other may. */
const SAYS = {
  retry: /^Retry\b/,
  link: /^Link it\b/,
  send_webview: /new webview/,
} as const;

describe.each(RECONCILIATION_STATES)('%s', state => {
  const some = ALL.filter(each => each.state === state).map(factsOf);

  test('the button that stands out is what the words say, and no other', () => {
    for (const facts of some) {
      const { what, button } = nextStep(facts);
      const said = Object.entries(SAYS).flatMap(([name, words]) =>
        words.test(what) ? [name] : [],
      );
      expect(said, `${what} (${JSON.stringify(facts)})`).toEqual(button === 'none' ? [] : [button]);
    }
  });

  test('the headline says so, too, where a button stands out', () => {
    for (const facts of some) {
      const { what, button } = nextStep(facts);
      const sentence = headline(facts);
      expect(sentence).not.toMatch(/null|undefined| {2}/);
      if (button !== 'none') expect(sentence).toContain(what);
      // And promises nothing else.
      if (button === 'none') expect(sentence).not.toMatch(/new webview|Link it|Retry\b/);
    }
  });

  test('its colour is never that of what is well where a lock stopped', () => {
    for (const facts of some) {
      const { mood } = caseBadge(facts);
      if (facts.user !== null && facts.standing !== null) expect(mood).not.toBe('good');
      if (mood === 'good') {
        expect(['linked', 'no_action']).toContain(facts.state);
        expect(headline(facts)).toContain('All is well.');
      }
    }
  });
});

test.each(['disconnected', 'reauthorization_requested', 'devices_elsewhere'] as const)(
  'linked, but %s: a new webview helps, also while a sibling is looked at',
  standing => {
    for (const state of ['linked', 'pending'] as const) {
      const facts = factsOf({ state, reason: null, standing, user: 'Ada (u1)' });
      expect(nextStep(facts).button).toBe('send_webview');
      expect(caseBadge(facts).label).toMatch(/^Linked, /);
      expect(headline(facts)).toMatch(/, but .*new webview/);
    }
  },
);

test.each(['gone', 'login_failing'] as const)(
  'nobody has it any more, as it is %s: a new webview helps, and it is told as bad',
  standing => {
    const facts = factsOf({ state: 'no_action', reason: null, standing, user: null });
    expect(nextStep(facts).button).toBe('send_webview');
    expect(caseBadge(facts)).toMatchObject({ mood: 'bad' });
  },
);

test('what was unlinked by hand before it went is missed by nobody', () => {
  const facts = factsOf({ state: 'no_action', reason: null, standing: 'gone', user: null });
  expect(nextStep({ ...facts, isUnlinked: true })).toEqual({ what: 'Nothing.', button: 'none' });
});

test('a webview is no help against what else it is disconnected for', () => {
  const facts = factsOf({ state: 'linked', reason: null, standing: 'disconnected', user: 'Ada' });
  const cause = { code: 'bridge_disconnected', sentence: 'It is offline.', remedy: 'Start it.' };
  expect(nextStep({ ...facts, cause })).toEqual({ what: 'Start it.', button: 'none' });
  expect(headline({ ...facts, cause })).toMatch(/It is offline\. Start it\.$/);
});

test('unlinked by hand is told so also while it is looked at', () => {
  const facts = factsOf({ state: 'pending', reason: null, standing: null, user: null });
  expect(headline({ ...facts, isUnlinked: true })).toMatch(/was unlinked by hand/);
});

test('how an account stands of itself', () => {
  const elsewhere = [{ code: 'devices_connected_to_other_account' }];
  expect(standingOfAccount('connected', [])).toBeNull();
  expect(standingOfAccount('connected', elsewhere)).toBe('devices_elsewhere');
  expect(standingOfAccount('disconnected', elsewhere)).toBe('disconnected');
  expect(standingOfAccount('deleted', [])).toBeNull();
});
