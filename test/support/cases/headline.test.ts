import { describe, expect, test } from 'vitest';
import {
  FAILURE_REASONS,
  type FailureReason,
  RECONCILIATION_STATES,
} from '../../../src/model/outcome.ts';
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
    'We can’t follow this connection: Seam doesn’t know its webview. Check its id, or send the user a new webview.',
  webview_pending:
    'The user hasn’t finished connecting. Ask the user to finish it, or send a new webview.',
  account_not_ready:
    'The user finished, but Seam shows no August account yet. Retry. If this persists, contact Seam.',
  account_not_found:
    'Seam no longer knows the August account. Send the user a new webview, so that they connect it again.',
  deletion_pending:
    'Seam told us that the August account was deleted, but still shows it. Retry. If this persists, contact Seam.',
  metadata_id_missing:
    'August account connected, but nothing says which of our users it belongs to. Link it to a user, and we’ll check it again.',
  metadata_id_invalid:
    'August account connected, but the user id that came with it can’t be one of ours. Link it to a user, and we’ll check it again.',
  user_not_found:
    'August account connected, but none of our users matches it. Link it to a user, and we’ll check it again.',
  conflict:
    'August account connected, but Seam names two of our users for it. Link it to the right one, and we’ll check it again.',
  users_table_unusable:
    'August account connected, but our users table can’t be read, so we can’t tell who it belongs to. Give an engineer the details below: once they’ve fixed it, we’ll check it again.',
  seam_unauthorized:
    'Seam rejects our key, so we can’t check this connection. Tell an engineer: the key needs fixing.',
  seam_forbidden:
    'Seam doesn’t let our key see this connection, so we can’t check it. Tell an engineer: the key needs more permissions.',
  workspace_suspended:
    'Seam has suspended the workspace of this connection, so we can’t check it. Tell an engineer: the workspace needs reactivating.',
  seam_timeout:
    'Seam didn’t answer in time, so we couldn’t check this connection. Retry once Seam is back.',
  seam_unreadable:
    'We couldn’t read Seam’s answer, so we couldn’t check this connection. Retry. If this persists, give an engineer the details below.',
  seam_refused:
    'Seam refuses to tell us about this connection. Give an engineer the details below.',
  seam_rate_limited:
    'Seam asked us to slow down before we could check this connection. Retry in a while.',
  seam_unavailable:
    'Seam couldn’t be reached, so we couldn’t check this connection. Retry once Seam is back.',
  internal_error:
    'An error on our side kept us from checking this connection. Retry. If this persists, give an engineer the details below.',
  event_unusable:
    'Seam told us that something happened, but not to which connection. Find the user’s webview and retry that.',
  workspace_unknown:
    'This connection belongs to a Seam workspace that isn’t configured here. Tell an engineer: the workspace’s key needs adding.',
} as const satisfies Record<(typeof FAILURE_REASONS)[number], string>;

describe.each(FAILURE_REASONS)('%s', reason => {
  const happened = FAILED[reason].split(/(?<=\.) /)[0];

  test('failed: what happened, and what to do', () => {
    expect(headline({ ...FACTS, reason })).toBe(FAILED[reason]);
  });
  test('retrying: that nobody need do anything', () => {
    expect(headline({ ...FACTS, state: 'retrying', reason })).toBe(
      `${happened} We keep trying automatically.`,
    );
  });
  test('dismissed: that it may come back', () => {
    expect(headline({ ...FACTS, state: 'dismissed', reason })).toBe(
      `${happened} Someone dismissed this. It reopens automatically if it happens again.`,
    );
  });
});

test('a reason that only a newer version knows is told as such', () => {
  const reason = 'of_next_year' as FailureReason;
  expect(headline({ ...FACTS, reason })).toBe(
    'A newer version of this program couldn’t settle this, for a reason that this one doesn’t know. Retry. If this persists, tell an engineer.',
  );
});

test.each([
  ['All is well', {}, 'The August account is linked to Ada (u1). All is well.'],
  [
    'it does not work',
    { accountState: 'disconnected', standing: 'disconnected' },
    'The August account is linked to Ada (u1), but Seam has lost access to it. Send the user a new webview, so that they sign in again.',
  ],
  [
    'it does not work for another reason',
    {
      accountState: 'disconnected',
      standing: 'disconnected',
      cause: { code: 'of_next_year', sentence: 'Seam says: “Ouch.”', remedy: 'Ask Seam.' },
    },
    'The August account is linked to Ada (u1), but it is disconnected. Seam says: “Ouch.” Ask Seam.',
  ],
  [
    'it is about to go',
    { accountState: 'being_deleted', standing: 'being_deleted' },
    'The August account is linked to Ada (u1), but Seam is deleting it: the link ends once it is gone.',
  ],
  [
    'it soon won’t',
    { accountState: 'reauthorization_requested', standing: 'reauthorization_requested' },
    'The August account is linked to Ada (u1), but the user must sign in again soon. Send the user a new webview, so that they sign in again in time.',
  ],
  [
    'Seam was away',
    { isProvisional: true },
    'The August account is linked to Ada (u1) provisionally, based on an event. Seam hasn’t confirmed it yet.',
  ],
] as const)('linked: %s', (_, facts, sentence) => {
  expect(headline({ ...FACTS, state: 'linked', user: 'Ada (u1)', ...facts })).toBe(sentence);
});

test('nothing to do: whether it is deleted, or was never connected', () => {
  const settled = { ...FACTS, state: 'no_action' } as const;
  expect(headline({ ...settled, accountState: 'deleted' })).toBe(
    'The August account was deleted and isn’t linked to anyone. There is nothing to do.',
  );
  expect(headline({ ...settled, isUnlinked: true })).toBe(
    'The August account was unlinked by hand, so it isn’t linked to anyone.',
  );
  expect(headline({ ...settled, hasAccount: false, accountState: null })).toMatch(
    /^The user’s sign-in failed/,
  );
  expect(headline({ ...settled, hasAccount: false, accountState: null, maker: 'Yale' })).toMatch(
    /^The user’s sign-in with Yale failed/,
  );
});

test.each(RECONCILIATION_STATES)('%s without a maker or a reason is a sentence, too', state => {
  const bare = { state, reason: null, accountType: null, hasAccount: false, accountState: null };
  const sentence = headline({ ...bare, user: null, isProvisional: false });
  expect(sentence).toMatch(/^[A-Z].*\.$/);
  expect(sentence).not.toMatch(/null|undefined| {2}/);
});
