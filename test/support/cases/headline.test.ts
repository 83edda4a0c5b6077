import { describe, expect, test } from 'vitest';
import { FAILURE_REASONS, RECONCILIATION_STATES } from '../../../src/model/outcome.ts';
import { type HeadlineFacts, headline } from '../../../src/support/cases/headline.ts';

const FACTS: HeadlineFacts = {
  state: 'failed',
  reason: null,
  accountType: 'August',
  hasAccount: true,
  accountState: 'connected',
  user: null,
  isProvisional: false,
};

/** What support reads first: the words themselves are what matters, so they stand here. */
const FAILED = {
  webview_not_found:
    'The user’s connection can’t be followed: Seam does not know its webview. Check its id; else send the user a new webview.',
  webview_pending:
    'The user has not finished connecting. Ask the user to finish it, or send a new webview.',
  account_not_ready:
    'The user finished, but Seam shows no August account yet. Retry; if it stays, ask Seam.',
  account_not_found: 'Seam no longer knows the August account. Ask the user to connect it again.',
  deletion_pending:
    'The August account is said to be deleted, but Seam still shows it. Retry; if it stays, ask Seam.',
  metadata_id_missing:
    'August account connected, but nothing says which user of ours it belongs to. Link it to a user, then we look again.',
  metadata_id_invalid:
    'August account connected, but the user id that came with it can’t be one of ours. Link it to a user, then we look again.',
  user_not_found:
    'August account connected, but no user of ours matches it. Link it to a user, then we look again.',
  seam_unauthorized:
    'Seam refuses our key, so we can’t look at this connection. Tell an engineer, who must mend the key.',
  seam_rate_limited:
    'Seam asked us to slow down before we could look at this connection. Retry, when Seam is well again.',
  seam_unavailable:
    'Seam could not be reached, so we could not look at this connection. Retry, when Seam is well again.',
  internal_error:
    'A fault on our side kept us from looking at this connection. Retry; if it stays, give an engineer the block below.',
  event_unusable:
    'Seam told us that something happened, but not to which connection. Find the user’s webview, and retry that.',
  workspace_unknown:
    'This connection is of a Seam workspace that isn’t set up here. Tell an engineer, who must add the workspace’s key.',
} as const satisfies Record<(typeof FAILURE_REASONS)[number], string>;

describe.each(FAILURE_REASONS)('%s', reason => {
  const happened = FAILED[reason].split(/(?<=\.) /)[0];

  test('failed: what happened, and what to do', () => {
    expect(headline({ ...FACTS, reason })).toBe(FAILED[reason]);
  });
  test('retrying: that nobody need do anything', () => {
    expect(headline({ ...FACTS, state: 'retrying', reason })).toBe(
      `${happened} We try again by ourselves.`,
    );
  });
  test('dismissed: that it may come back', () => {
    expect(headline({ ...FACTS, state: 'dismissed', reason })).toBe(
      `${happened} Somebody has dismissed this; it opens again by itself when it happens again.`,
    );
  });
});

test.each([
  ['All is well', {}, 'The August account is linked to Ada (u1). All is well.'],
  [
    'its lock does not work',
    { accountState: 'disconnected' },
    'The August account is linked to Ada (u1), but Seam has lost its access to it: the user must connect it again.',
  ],
  [
    'it soon won’t',
    { accountState: 'reauthorization_requested' },
    'The August account is linked to Ada (u1), but its user must sign in again before long.',
  ],
  [
    'Seam was away',
    { isProvisional: true },
    'The August account is linked to Ada (u1) on the word of an event; Seam has yet to confirm it.',
  ],
] as const)('linked: %s', (_, facts, sentence) => {
  expect(headline({ ...FACTS, state: 'linked', user: 'Ada (u1)', ...facts })).toBe(sentence);
});

test('nothing to do: whether it is deleted, or was never connected', () => {
  const settled = { ...FACTS, state: 'no_action' } as const;
  expect(headline({ ...settled, accountState: 'deleted' })).toBe(
    'The August account is deleted, and linked to nobody. There is nothing to do.',
  );
  expect(headline({ ...settled, hasAccount: false, accountState: null })).toMatch(
    /sign-in at the lock maker failed/,
  );
});

test.each(RECONCILIATION_STATES)('%s without a maker or a reason is a sentence, too', state => {
  const bare = { state, reason: null, accountType: null, hasAccount: false, accountState: null };
  const sentence = headline({ ...bare, user: null, isProvisional: false });
  expect(sentence).toMatch(/^[A-Z].*\.$/);
  expect(sentence).not.toMatch(/null|undefined| {2}/);
});
