import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTRACT, PUBLIC_VIEWS, UNLINKED_BECAUSE } from '../../src/db/public-views.ts';
import { EXPLANATIONS } from '../../src/model/outcome.ts';
import { arrange } from '../../src/outbox/arrange.ts';
import { CONTRACTS, readColumns } from '../fixtures/contracts.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

const PSEUDONYM = `erased:${'0a'.repeat(12)}`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const query = async (text: string, values: unknown[] = []) =>
  (await database.pool.query(text, values)).rows;

/** An account as Seam showed it, with the webview that led to it. */
const seen = async (more: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const id = randomUUID();
  const row = {
    workspace_id: 'ws',
    account_type: 'august',
    account_type_display_name: 'August',
    display_name: 'ada@locks.example',
    state: 'connected',
    state_since: '2026-11-01T00:00Z',
    last_connected_at: '2026-11-02T00:00Z',
    ...more,
  };
  const names = Object.keys(row);
  await query(
    `insert into reconciler.connected_accounts
            (connected_account_id, user_identifier, custom_metadata, errors, warnings, accepted_capabilities,
             read_by_run, ${names.join(', ')})
     values ($1, '{"email": "ada@locks.example"}', '{}', '[]', '[]', '[]', 1, ${names.map((_, at) => `$${at + 2}`).join(', ')})`,
    [id, ...Object.values(row)],
  );
  for (const [webview, at] of [
    ['old', '2026-10-01'],
    ['new', '2026-10-02'],
  ]) {
    await query(
      `insert into reconciler.connect_webviews (connect_webview_id, status, connected_account_id, custom_metadata,
              seam_created_at, read_by_run) values ($1, 'authorized', $2, '{}', $3, 1)`,
      [`${webview}-${id}`, id, at],
    );
  }
  return id;
};

const link = async (account: string, user: string, more = ''): Promise<void> => {
  const [columns, values] = more === '' ? ['', ''] : (more.split(' = ') as [string, string]);
  await query(
    `insert into reconciler.links (connected_account_id, user_id, linked_by_run${columns && `, ${columns}`})
     values ($1, $2, 1${values && `, ${values}`})`,
    [account, user],
  );
};

const unlink = (account: string, more: string) =>
  query(
    `update reconciler.links set unlinked_at = now(), ${more}
      where connected_account_id = $1 and unlinked_at is null`,
    [account],
  );

const checked = (account: string, state: string, more: Readonly<Record<string, unknown>> = {}) => {
  const names = Object.keys(more);
  const isOwed = ['pending', 'retrying'].includes(state);
  return query(
    `insert into reconciler.reconciliations (subject, connected_account_id, generation, observed_generation, state
            ${names.map(name => `, ${name}`).join('')})
     values ($1, $2, 1, ${isOwed ? 0 : 1}, $3 ${names.map((_, at) => `, $${at + 4}`).join('')})`,
    [`connect_webview:${randomUUID()}`, account, state, ...Object.values(more)],
  );
};

const of = async (view: keyof typeof PUBLIC_VIEWS, account: string) =>
  query(`select * from reconciler_public.${view} where connected_account_id = $1`, [account]);

describe('the contract', () => {
  const version = `${CONTRACT.major}.${CONTRACT.minor}`;

  test('has exactly the columns that were given out under its number', async () => {
    const columns = await readColumns(database.pool);
    expect(columns).toEqual(CONTRACTS[version]);
    for (const [view, own] of Object.entries(columns)) {
      expect(Object.keys(own), view).toEqual(Object.keys(CONTRACTS[version]?.[view] ?? {}));
    }
    expect(await query('select * from reconciler_public.contract_version')).toEqual([CONTRACT]);
  });

  test('has all that each version before had, in the same place', () => {
    const now = CONTRACTS[version] ?? {};
    for (const [before, views] of Object.entries(CONTRACTS)) {
      for (const [view, columns] of Object.entries(views)) {
        const own = Object.entries(now[view] ?? {});
        expect(own.slice(0, Object.keys(columns).length), `${before} ${view}`).toEqual(
          Object.entries(columns),
        );
      }
    }
  });

  test('shows no e-mail and no name of a person', async () => {
    await link(await seen(), 'ada');
    await seen();
    for (const view of Object.keys(PUBLIC_VIEWS)) {
      const rows = await query(`select * from reconciler_public.${view}`);
      expect(JSON.stringify(rows), view).not.toContain('locks.example');
    }
  });
});

describe('an account that is linked', () => {
  test('is its user’s, with how it stands', async () => {
    const account = await seen({ times_disconnected: 2 });
    await link(account, 'ada');
    expect(await of('user_accounts', account)).toEqual([
      {
        user_id: 'ada',
        connected_account_id: account,
        account_type: 'august',
        account_type_display_name: 'August',
        state: 'connected',
        state_since: new Date('2026-11-01T00:00Z'),
        last_connected_at: new Date('2026-11-02T00:00Z'),
        times_disconnected: 2,
        linked_at: expect.any(Date),
        linked_by: 'seam',
        is_provisional: false,
        workspace_id: 'ws',
        connect_webview_id: `new-${account}`,
        link_id: expect.any(String),
      },
    ]);
    expect(await of('account_states', account)).toMatchObject([
      { user_id: 'ada', state: 'connected', deleted_at: null },
    ]);
    expect(await of('unlinked_accounts', account)).toEqual([]);
  });

  test.each([
    ['linked_by_audit = 1', { linked_by: 'person', is_provisional: false }],
    [`provisional_event_id = 'e'`, { linked_by: 'event', is_provisional: true }],
    [
      `provisional_event_id, confirmed_at = 'e', now()`,
      { linked_by: 'event', is_provisional: false },
    ],
  ])('with %s it says who made the link', async (more, expected) => {
    const account = await seen();
    await link(account, 'ada', more);
    expect(await of('user_accounts', account)).toMatchObject([expected]);
    expect(await of('link_history', account)).toMatchObject([{ ...expected, is_current: true }]);
  });

  test('is there also while Seam has not shown it', async () => {
    const account = randomUUID();
    await link(account, 'ada', `provisional_event_id = 'e'`);
    expect(await of('user_accounts', account)).toMatchObject([
      { user_id: 'ada', state: null, times_disconnected: 0, connect_webview_id: null },
    ]);
  });

  test('says nothing of how it stands, where only a version before looked at it', async () => {
    const account = await seen({ state_since: null });
    expect(await of('account_states', account)).toMatchObject([{ state: null }]);
    const gone = await seen({ state: null, state_since: null, deleted_at: '2026-11-03T00:00Z' });
    expect(await of('account_states', gone)).toMatchObject([{ state: 'deleted' }]);
  });
});

test('a link that ended is in the history alone, with why', async () => {
  const account = await seen();
  await link(account, 'ada');
  await unlink(account, `unlinked_because = 'relinked'`);
  await link(account, 'grace');
  await unlink(account, `unlinked_because = 'unlinked_by_hand', unlinked_by_audit = 1`);
  expect(await of('user_accounts', account)).toEqual([]);
  expect(
    (await of('link_history', account)).toSorted((a, b) => a.link_id - b.link_id),
  ).toMatchObject([
    { user_id: 'ada', is_current: false, unlinked_because: 'relinked', unlinked_by: 'seam' },
    { user_id: 'grace', unlinked_because: 'unlinked_by_hand', unlinked_by: 'person' },
  ]);
});

describe('an account that is nobody’s says why', () => {
  test.each<[string, (account: string) => Promise<unknown>, object]>([
    [
      'a check failed',
      account =>
        checked(account, 'failed', { reason: 'user_not_found', claimed_user_id: 'nobody' }),
      {
        reason: 'user_not_found',
        explanation: EXPLANATIONS.user_not_found.sentence,
        claimed_user_id: 'nobody',
      },
    ],
    [
      'another check of it was fine',
      async account => {
        await checked(account, 'failed', { reason: 'metadata_id_missing' });
        await checked(account, 'no_action');
      },
      { reason: 'metadata_id_missing', claimed_user_id: null },
    ],
    [
      'it is tried again',
      account => checked(account, 'retrying', { reason: 'seam_timeout' }),
      { reason: 'being_checked', explanation: UNLINKED_BECAUSE.being_checked },
    ],
    [
      'somebody ended its link',
      async account => {
        await checked(account, 'no_action');
        await link(account, 'ada');
        await unlink(account, `unlinked_because = 'unlinked_by_hand', unlinked_claim = 'missing'`);
      },
      { reason: 'unlinked_by_hand' },
    ],
    [
      'somebody dismissed it',
      account => checked(account, 'dismissed', { dismissed_by: 'Ada', dismissed_why: 'a test' }),
      { reason: 'dismissed' },
    ],
    [
      'its user was erased',
      async account => {
        await checked(account, 'linked', { claimed_user_id: PSEUDONYM });
        await link(account, PSEUDONYM);
      },
      { reason: 'erased', claimed_user_id: null },
    ],
    ['nothing is known', async () => undefined, { reason: 'not_known' }],
  ])('%s', async (_why, arrangeIt, expected) => {
    const account = await seen();
    await arrangeIt(account);
    expect(await of('unlinked_accounts', account)).toMatchObject([
      {
        ...expected,
        explanation: expect.stringMatching(/\.$/),
        connect_webview_id: `new-${account}`,
      },
    ]);
  });

  test('and one that is gone isn’t there', async () => {
    const account = await seen({ state: 'deleted', deleted_at: '2026-11-03T00:00Z' });
    expect(await of('unlinked_accounts', account)).toEqual([]);
  });
});

test('who was erased is nobody, in each view', async () => {
  const account = await seen();
  await link(account, 'ada');
  await unlink(account, `unlinked_because = 'relinked'`);
  await link(account, 'grace');
  await query('update reconciler.links set user_id = $1 where connected_account_id = $2', [
    PSEUDONYM,
    account,
  ]);
  await arrange(database.pool);
  await query(
    `update reconciler.messages set user_id = $1, data = data || jsonb_build_object('claimed_user_id', $1::text,
       'before', jsonb_build_object('user_id', $1::text)) where connected_account_id = $2`,
    [PSEUDONYM, account],
  );
  for (const view of Object.keys(PUBLIC_VIEWS)) {
    const rows = await query(`select * from reconciler_public.${view}`);
    expect(rows.length, view).toBeGreaterThan(0);
    expect(JSON.stringify(rows), view).not.toContain('erased:');
  }
  expect(await of('user_accounts', account)).toEqual([]);
  expect(await of('link_history', account)).toMatchObject([
    { user_id: null, is_current: false },
    { user_id: null, is_current: false, unlinked_at: null },
  ]);
  expect(await of('messages', account)).toContainEqual(
    expect.objectContaining({
      user_id: null,
      data: expect.objectContaining({ claimed_user_id: null, before: { user_id: null } }),
    }),
  );
});
