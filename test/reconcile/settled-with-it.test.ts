import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FAILURE_REASONS, type FailureReason } from '../../src/model/outcome.ts';
import type { Subject } from '../../src/model/subject.ts';
import { UNKNOWN_CLAIM } from '../../src/reconcile/facts.ts';
import { look as lookWith, openReconciler, owe as oweIn } from '../fixtures/reconciler.ts';

/* What failed, and what another look at the same account came to: the whole table. A case is a connection. */

let opened: Awaited<ReturnType<typeof openReconciler>>;
beforeAll(async () => {
  opened = await openReconciler();
});
beforeEach(() => opened.seam.amend(null));
afterAll(() => opened[Symbol.asyncDispose]());

/**
 * By what a failure is over: by each look that settles the account; by each that has learnt whose it is; by none.
 * One that is tried again because of the way to the account sees for itself.
 */
type Over = 'always' | 'only by what has learnt whose it is' | 'never';
const WHEN_FAILED = {
  metadata_id_missing: 'always',
  conflict: 'always',
  metadata_id_invalid: 'always',
  user_not_found: 'always',
  users_table_unusable: 'always',
  account_not_found: 'always',
  deletion_pending: 'always',
  webview_not_found: 'only by what has learnt whose it is',
  webview_pending: 'only by what has learnt whose it is',
  account_not_ready: 'only by what has learnt whose it is',
  seam_unauthorized: 'only by what has learnt whose it is',
  seam_forbidden: 'only by what has learnt whose it is',
  workspace_suspended: 'only by what has learnt whose it is',
  seam_timeout: 'only by what has learnt whose it is',
  seam_unreadable: 'only by what has learnt whose it is',
  seam_refused: 'only by what has learnt whose it is',
  seam_rate_limited: 'only by what has learnt whose it is',
  seam_unavailable: 'only by what has learnt whose it is',
  internal_error: 'never',
  event_unusable: 'never',
  workspace_unknown: 'never',
} as const satisfies Record<FailureReason, Over>;

const query = (text: string, values: unknown[]) => opened.database.pool.query(text, values);
const look = async (subject: Subject) => {
  await oweIn(opened.database, subject);
  return lookWith(opened.reconciler, subject);
};
const showAccount = (changes: Record<string, unknown>) =>
  opened.seam.amend((path, answer) => {
    if (path === '/connected_accounts/get')
      Object.assign(answer.connected_account as object, changes);
  });
const connect = async (metadata: Record<string, string>) => {
  const webviewId = await opened.seam.createWebview(metadata);
  const { accountId } = await opened.seam.completeWebview(webviewId, { email: 'a@l.example' });
  const webview: Subject = `connect_webview:${webviewId}`;
  const account: Subject = `connected_account:${accountId}`;
  return { webview, account, accountId };
};
type Connection = Awaited<ReturnType<typeof connect>>;

/** Another webview's case of the same account, for each reason. */
const addOthers = async (accountId: string, state: 'failed' | 'retrying') => {
  for (const reason of FAILURE_REASONS) {
    await query(
      `insert into reconciler.reconciliations
              (subject, connected_account_id, generation, observed_generation, state, reason, attempts, due_at)
       values ($1, $2, 3, $3, $4, $5, 2, now() + interval '1 hour')`,
      [`connect_webview:${randomUUID()}`, accountId, state === 'failed' ? 3 : 2, state, reason],
    );
  }
};
const standings = async (accountId: string) => {
  const { rows } = await query(
    `select state, reason from reconciler.reconciliations
      where connected_account_id = $1 and generation = 3`,
    [accountId],
  );
  return rows as { state: string; reason: FailureReason | null }[];
};

type Way = Readonly<{
  outcome: string;
  state: 'linked' | 'no_action';
  before: () => Promise<Connection>;
  settle: (connection: Connection) => Promise<{ outcome: string }>;
}>;
const linkedFirst = async (metadata = { id: 'ada' }): Promise<Connection> => {
  const connection = await connect(metadata);
  await look(connection.webview);
  return connection;
};
const WAYS: readonly Way[] = [
  {
    outcome: 'linked',
    state: 'linked',
    before: () => connect({ id: 'ada' }),
    settle: ({ webview }) => look(webview),
  },
  {
    outcome: 'already_linked',
    state: 'linked',
    before: linkedFirst,
    settle: ({ webview }) => look(webview),
  },
  {
    outcome: 'relinked',
    state: 'linked',
    before: linkedFirst,
    settle: ({ account }) => {
      showAccount({ custom_metadata: { id: 'bob' } });
      return look(account);
    },
  },
  {
    outcome: 'account_updated',
    state: 'linked',
    before: linkedFirst,
    settle: ({ account }) => {
      showAccount({ account_type_display_name: 'Another' });
      return look(account);
    },
  },
  {
    outcome: 'kept',
    state: 'linked',
    before: async () => {
      const connection = await connect({});
      showAccount({ custom_metadata: { id: 'ada' } });
      await look(connection.account);
      return connection;
    },
    settle: ({ account }) => {
      showAccount({ custom_metadata: {} });
      return look(account);
    },
  },
  {
    outcome: 'left_unlinked',
    state: 'no_action',
    before: async () => {
      const connection = await linkedFirst();
      await query(
        `update reconciler.links set unlinked_at = now(), unlinked_because = 'unlinked_by_hand', unlinked_claim = $2
          where connected_account_id = $1`,
        [connection.accountId, UNKNOWN_CLAIM],
      );
      return connection;
    },
    settle: ({ account }) => look(account),
  },
  {
    outcome: 'account_deleted',
    state: 'no_action',
    before: linkedFirst,
    settle: async ({ account, accountId }) => {
      opened.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
      await query(
        `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
         values ($1, 'connected_account.deleted', $2, '', '{}')`,
        [randomUUID(), account],
      );
      return look(account);
    },
  },
];

describe.each(WAYS)('once a look at the account came to $outcome', way => {
  test('what failed is over with it, or stays, as its reason has it', async () => {
    const connection = await way.before();
    await addOthers(connection.accountId, 'failed');
    expect(await way.settle(connection)).toMatchObject({ outcome: way.outcome });
    const left = FAILURE_REASONS.filter(reason => {
      const over: Over = WHEN_FAILED[reason];
      return (
        over === 'never' || (over !== 'always' && ['kept', 'left_unlinked'].includes(way.outcome))
      );
    });
    const now = await standings(connection.accountId);
    expect(now.flatMap(({ reason }) => reason ?? []).sort()).toEqual([...left].sort());
    const settled = now.filter(({ reason }) => reason === null);
    expect(settled).toHaveLength(FAILURE_REASONS.length - left.length);
    expect(new Set(settled.map(({ state }) => state))).toEqual(new Set([way.state]));
  });

  test('what is tried again is over where it waits for what is known of the account, and only there', async () => {
    const connection = await way.before();
    await addOthers(connection.accountId, 'retrying');
    await way.settle(connection);
    const now = await standings(connection.accountId);
    const left = FAILURE_REASONS.filter(reason => WHEN_FAILED[reason] !== 'always');
    expect(now.flatMap(({ reason }) => reason ?? []).sort()).toEqual([...left].sort());
  });
});

test('a webview that failed before its account was known is settled by the account’s own look', async () => {
  const { webview, account, accountId } = await connect({ id: 'ada' });
  await oweIn(opened.database, webview);
  await query(
    'update reconciler.reconciliations set connected_account_id = $2 where subject = $1',
    [webview, accountId],
  );
  opened.seam.interfere(path => response => {
    const kind = path.startsWith('/connect_webviews') ? 'connect_webview' : 'connected_account';
    const error = { type: `${kind}_not_found`, message: 'unknown' };
    response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
  });
  for (let tries = 1; tries <= 4; tries++) {
    await expect(lookWith(opened.reconciler, webview)).resolves.toMatchObject({
      reason: 'webview_not_found',
    });
  }
  opened.seam.interfere(null);
  expect(await look(account)).toMatchObject({ outcome: 'linked' });
  const { rows } = await query(
    'select state, reason from reconciler.reconciliations where subject = $1',
    [webview],
  );
  expect(rows).toEqual([{ state: 'linked', reason: null }]);
});
