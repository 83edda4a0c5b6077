import type { Ledger, SeamState } from './ledger.ts';

/** How a subject may stand in the end, and what its last run may have come to. */
export type Expectation = Readonly<{
  standings: readonly Readonly<{ state: string; reason: string | null }>[];
  outcomes: readonly string[];
  /** Its tries go on by design, so it may still be owed a look. */
  mayBeOwed: boolean;
}>;

const LINKED_OUTCOMES = ['linked', 'already_linked', 'relinked', 'account_updated'];

const settled = (state: string, outcomes: readonly string[]): Expectation => ({
  standings: [{ state, reason: null }],
  outcomes,
  mayBeOwed: false,
});
const failed = (reason: string): Expectation => ({
  standings: [{ state: 'failed', reason }],
  outcomes: ['failed'],
  mayBeOwed: false,
});
/** Tried again for a while by design, then given up: either is right. */
const tried = (reason: string): Expectation => ({
  standings: [
    { state: 'retrying', reason },
    { state: 'failed', reason },
  ],
  outcomes: ['failed'],
  mayBeOwed: true,
});

/**
 * Given up within half a minute, and waited for: only then does a link end that was made from an event
 * while Seam was away.
 */
const NOT_FOUND = failed('account_not_found');
const LINKED = settled('linked', LINKED_OUTCOMES);

/**
 * A webview whose account was deleted: looked at before, it was linked and then set aside; looked
 * at after, it says so itself. One that was looked at in between and given up before the
 * announcement came has said for good that Seam no longer knows the account, which is just as
 * right.
 */
const ONCE_LINKED: Expectation = {
  standings: [
    { state: 'no_action', reason: null },
    { state: 'failed', reason: 'account_not_found' },
  ],
  outcomes: [...LINKED_OUTCOMES, 'account_deleted', 'failed'],
  mayBeOwed: false,
};

const ACCOUNT = 'connected_account:';
const WEBVIEW = 'connect_webview:';

/**
 * Says what Seam's final state dictates for one subject: written from DESIGN's words, sharing no
 * code with what is under test.
 *
 * @throws Error for a subject that the scenario can't have made
 */
const expectOne = (
  subject: string,
  known: ReturnType<typeof index>,
  users: ReadonlySet<string>,
): Expectation => {
  if (subject.startsWith(ACCOUNT)) {
    const id = subject.slice(ACCOUNT.length);
    const account = known.accounts.get(id);
    if (account !== undefined) return whose(account.metadata.id, users);
    return known.deleted.has(id) ? settled('no_action', ['account_deleted']) : NOT_FOUND;
  }
  const webview = known.webviews.get(subject.slice(WEBVIEW.length));
  if (webview?.status === 'failed') return settled('no_action', ['login_failed']);
  if (webview?.status !== 'authorized' || webview.accountId === null) {
    throw new Error(`the scenario leaves no ${subject} like this`);
  }
  const account = known.accounts.get(webview.accountId);
  if (account !== undefined) return whose(account.metadata.id ?? webview.metadata.id, users);
  return known.deleted.has(webview.accountId) ? ONCE_LINKED : NOT_FOUND;
};

const whose = (id: unknown, users: ReadonlySet<string>): Expectation => {
  if (id === undefined) return failed('metadata_id_missing');
  if (typeof id !== 'string' || id.trim() === '') return failed('metadata_id_invalid');
  return users.has(id) ? LINKED : tried('user_not_found');
};

const index = (seam: SeamState, events: Ledger['events']) => ({
  webviews: new Map(seam.webviews.map(webview => [webview.id, webview])),
  accounts: new Map(seam.accounts.map(account => [account.id, account])),
  deleted: new Set(
    events
      .filter(event => event.eventType === 'connected_account.deleted')
      .map(event => event.subject.slice(ACCOUNT.length)),
  ),
});

/** How every subject of which an event was acknowledged has to stand. */
export const expectStandings = ({ events, seam, users }: Ledger): Map<string, Expectation> => {
  const known = index(seam, events);
  const subjects = new Set(events.filter(event => event.acknowledged).map(event => event.subject));
  return new Map([...subjects].map(subject => [subject, expectOne(subject, known, users)]));
};

/**
 * To whom every account has to be linked now: the user whom its metadata names, if we have such a
 * one; else (also when Seam no longer has the account) nobody. In this scenario nothing else ever
 * takes a link away or leaves one behind: an account that once named a user of ours goes on doing
 * so until it is deleted, and one that vanishes unannounced does so before anything was sent.
 */
export const expectLinks = ({ seam, users }: Ledger): Map<string, string> =>
  new Map(
    seam.accounts.flatMap(({ id, metadata }) =>
      typeof metadata.id === 'string' && users.has(metadata.id) ? [[id, metadata.id]] : [],
    ),
  );
