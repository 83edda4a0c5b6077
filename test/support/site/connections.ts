import type pg from 'pg';
import { FAILURE_REASONS, type FailureReason } from '../../../src/model/outcome.ts';
import { bytes, insertRows, minutesAgo } from './insert.ts';
import type { Words } from './words.ts';

/** One connection, as it is to stand. */
type Spec = Readonly<{
  number: number;
  state: string;
  reason: FailureReason | null;
  accountState: 'connected' | 'disconnected' | 'reauthorization_requested' | 'deleted';
}>;

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const EACH = { failed: 12, retrying: 3, dismissed: 2 } as const;
const ACCOUNT_STATES = [
  'connected',
  'disconnected',
  'reauthorization_requested',
  'deleted',
] as const;

/** Every state with every reason, and each state of an account. */
const specs = (): Spec[] => {
  const failing = FAILURE_REASONS.flatMap(reason =>
    Object.entries(EACH).flatMap(([state, count]) => times(count, () => ({ state, reason }))),
  );
  const settled = (['linked', 'no_action', 'pending'] as const).flatMap(state =>
    times(state === 'linked' ? 60 : 10, () => ({ state, reason: null })),
  );
  return [...failing, ...settled].map((each, number) => ({
    ...each,
    number,
    accountState: ACCOUNT_STATES[number % 7] ?? 'connected',
  }));
};

/** The ids of one connection. */
export const namesOf = (words: Words, number: number) => ({
  webview: words.id('webview', number),
  account: words.id('account', number),
  user: words.id('user', number),
  subject: `connect_webview:${words.id('webview', number)}`,
});

/** The first connection of a reason, in a list of all. */
export const numberOf = (state: string, reason: FailureReason | null): number =>
  specs().findIndex(spec => spec.state === state && spec.reason === reason);

const TRIGGERS = ['delivery', 'backoff', 'person', 'sweep', 'healing', 'backfill'] as const;
const USERS = 80;

/** Users, connections of all kinds, and what they went through. */
export const seedConnections = async (pool: pg.Pool, words: Words): Promise<void> => {
  await insertRows(
    pool,
    'users',
    times(USERS, number => ({
      id: namesOf(words, number).user,
      name: words.text(`User No. ${number}`, number),
      email: words.text(`user.${number}@app.example`, number + 1),
      created_at: minutesAgo(10_000 - number),
    })),
  );
  const all = specs();
  await insertRows(pool, 'reconciliations', all.map(toReconciliation(words)));
  await insertRows(pool, 'runs', all.flatMap(toRuns(words)));
  await insertRows(pool, 'deliveries', all.flatMap(toDeliveries(words)));
  await insertRows(pool, 'connect_webviews', all.map(toWebview(words)));
  await insertRows(pool, 'connected_accounts', all.map(toAccount(words)));
  await insertRows(pool, 'links', all.flatMap(toLinks(words)));
  await insertRows(
    pool,
    'expected_webviews',
    all.slice(0, USERS).map(({ number }) => {
      const { webview, user } = namesOf(words, number);
      return { connect_webview_id: webview, user_id: user, created_at: minutesAgo(number + 30) };
    }),
  );
  await pool.query('analyze');
};

const toReconciliation =
  (words: Words) =>
  ({ number, state, reason }: Spec) => {
    const { webview, account, user, subject } = namesOf(words, number);
    const isOwed = state === 'retrying' || state === 'pending';
    return {
      subject,
      generation: isOwed ? 3 : 2,
      observed_generation: 2,
      workspace_id: words.id('workspace', number % 3),
      state,
      reason,
      attempts: number % 5,
      connect_webview_id: webview,
      connected_account_id: account,
      claimed_user_id: reason === 'metadata_id_missing' ? null : user,
      due_at: minutesAgo(-30),
      sweep_at: minutesAgo(-60),
      settled_at: state === 'linked' ? minutesAgo(number) : null,
      provisional_generation: 0,
      created_at: minutesAgo(number * 7 + 90),
      updated_at: minutesAgo(number * 3),
    };
  };

const toRuns =
  (words: Words) =>
  ({ number, state, reason }: Spec) =>
    times(1 + (number % 4), index => {
      const begun = number * 3 + 60 - index * 10;
      const isFailure = reason !== null;
      return {
        subject: namesOf(words, number).subject,
        generation: 1,
        trigger: TRIGGERS[(number + index) % TRIGGERS.length],
        started_at: minutesAgo(begun),
        finished_at: state === 'pending' ? null : minutesAgo(begun - 0.02),
        outcome: isFailure ? 'failed' : index === 0 ? 'linked' : 'already_linked',
        reason,
        detail: isFailure ? words.text('its status is "pending"', number + index) : null,
        seam_request_id: words.text(`request_${number}_${index}`, number),
      };
    });

const EVENT_TYPES = [
  'connected_account.created',
  'connected_account.connected',
  'connect_webview.login_succeeded',
] as const;

const toDeliveries =
  (words: Words) =>
  ({ number }: Spec) => {
    const { subject, webview, account } = namesOf(words, number);
    return EVENT_TYPES.map((event_type, index) => {
      const event_id = words.id(`event${index}`, number);
      const event = {
        event_id,
        event_type,
        connect_webview_id: webview,
        connected_account_id: account,
        connected_account_custom_metadata: {
          id: words.text('user', number),
          note: words.text('n', number + 3),
        },
      };
      return {
        event_id,
        event_type,
        subject,
        workspace_id: words.id('workspace', number % 3),
        received_at: minutesAgo(number * 3 + 61 - index),
        occurred_at: minutesAgo(number * 3 + 62),
        body: bytes(JSON.stringify(event)),
        signature: { 'svix-id': 'msg_1', 'svix-timestamp': '1', 'svix-signature': 'v1,x' },
        source: index === 0 ? 'backfill' : 'webhook',
      };
    });
  };

const toWebview =
  (words: Words) =>
  ({ number, reason }: Spec) => ({
    connect_webview_id: namesOf(words, number).webview,
    status: reason === 'webview_pending' ? 'pending' : 'authorized',
    login_successful: reason !== 'webview_pending',
    connected_account_id: namesOf(words, number).account,
    custom_metadata: {
      id: words.text(namesOf(words, number).user, number),
      [words.text('plan', number)]: 'x',
    },
    seam_created_at: minutesAgo(number * 3 + 80),
    read_by_run: 1,
    read_at: minutesAgo(number * 3),
  });

const MAKERS = ['August', 'Yale', 'Schlage', 'Kwikset'] as const;

const toAccount =
  (words: Words) =>
  ({ number, accountState }: Spec) => {
    const isWell = accountState === 'connected' || accountState === 'deleted';
    const trouble = {
      message: words.text('Account disconnected.', number),
      created_at: minutesAgo(9),
    };
    return {
      connected_account_id: namesOf(words, number).account,
      account_type: words.text('august', number),
      account_type_display_name: words.text(MAKERS[number % MAKERS.length] ?? '', number),
      display_name: words.text(`user.${number}@locks.example`, number + 2),
      user_identifier: { email: words.text(`user.${number}@locks.example`, number + 2) },
      custom_metadata: { id: words.text(namesOf(words, number).user, number) },
      errors: isWell ? [] : [{ error_code: 'account_disconnected', ...trouble }],
      warnings: number % 5 === 0 ? [{ warning_code: words.text('x', number), ...trouble }] : [],
      accepted_capabilities: [],
      seam_created_at: minutesAgo(number * 3 + 70),
      state: accountState,
      deleted_at: accountState === 'deleted' ? minutesAgo(5) : null,
      read_by_run: 1,
      read_at: minutesAgo(number * 3),
    };
  };

/** The link of what is linked, and, of some, the ones before it. */
const toLinks =
  (words: Words) =>
  ({ number, state }: Spec) => {
    const { account, user } = namesOf(words, number % USERS);
    const own = namesOf(words, number).account;
    const before = {
      connected_account_id: own,
      user_id: namesOf(words, (number + 1) % USERS).user,
      linked_at: minutesAgo(number * 3 + 90),
      linked_by_run: 1,
      unlinked_at: minutesAgo(number * 3 + 50),
      unlinked_by_run: 2,
      unlinked_because: account === own ? 'relinked' : 'account_deleted',
    };
    const now = {
      ...before,
      user_id: user,
      unlinked_at: null,
      unlinked_by_run: null,
      unlinked_because: null,
    };
    return [...(number % 4 === 0 ? [before] : []), ...(state === 'linked' ? [now] : [])];
  };
