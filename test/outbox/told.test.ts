import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { inShort, readTold } from '../fixtures/messages.ts';
import { useRuns } from '../fixtures/runs.ts';

/* What runs have to tell. */

const site = useRuns();
const { owe, look, connect } = site;

const told = (about: string) => readTold(site.database.pool, about);
const shortOf = async (accountId: string) =>
  (await told(`connected_account:${accountId}`)).map(inShort);
const lookAt = async (subject: Parameters<typeof look>[0]) => {
  await owe(subject);
  return look(subject);
};

describe('a link', () => {
  test('that a run made, and another user that took its place', async () => {
    const { subject, accountId, webviewId } = await connect('ada');
    await lookAt(subject);
    const next = await connect('grace', accountId);
    await lookAt(next.subject);
    const about = `connected_account:${accountId}`;
    expect(await told(about)).toMatchObject([
      {
        type: 'account.linked',
        sequence: 1,
        user_id: 'ada',
        connected_account_id: accountId,
        connect_webview_id: webviewId,
        data: {
          state: 'connected',
          account_type: 'august',
          is_provisional: false,
          before: { user_id: null },
        },
      },
      {
        type: 'account.relinked',
        sequence: 2,
        user_id: 'grace',
        data: { because: 'relinked', before: { user_id: 'ada' } },
      },
    ]);
  });

  test('of which nothing is new', async () => {
    const { subject, accountId } = await connect('ada');
    for (let n = 0; n < 3; n++) await lookAt(subject);
    await lookAt(`connected_account:${accountId}`);
    expect(await shortOf(accountId)).toEqual(['account.linked: - → ada']);
  });
});

describe('how an account stands', () => {
  test('is told each time that it changes, with what it was', async () => {
    const { subject, accountId } = await connect('ada');
    await lookAt(subject);
    const about = `connected_account:${accountId}` as const;
    for (const change of ['request-reauthorization', 'disconnect', 'disconnect'] as const) {
      await site.seam.changeAccount(accountId, change);
      await lookAt(about);
    }
    await lookAt((await connect('ada', accountId)).subject);
    await site.seam.changeAccount(accountId, 'delete');
    await site.database.pool.query(
      `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
       values ('gone', 'connected_account.deleted', $1, '', '{}')`,
      [about],
    );
    await lookAt(about);
    const messages = await told(about);
    expect(messages.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    const inOrder = messages.map(({ type, data }) => [type, data.before, data.because]);
    expect(inOrder.slice(0, 4)).toEqual([
      ['account.linked', { user_id: null }, undefined],
      ['account.reauthorization_requested', { state: 'connected' }, undefined],
      ['account.disconnected', { state: 'reauthorization_requested' }, undefined],
      ['account.reconnected', { state: 'disconnected' }, undefined],
    ]);
    // What is told of one commit has no order.
    expect(inOrder.slice(4).toSorted()).toEqual([
      ['account.deleted', { state: 'connected' }, undefined],
      ['account.unlinked', { user_id: 'ada' }, 'account_deleted'],
    ]);
  });

  test('is not told of one that is gone before anything was known of it', async () => {
    const about = `connected_account:${randomUUID()}` as const;
    await site.database.pool.query(
      `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
       values ('never known', 'connected_account.deleted', $1, '', '{}')`,
      [about],
    );
    expect(await lookAt(about)).toMatchObject({ ending: { outcome: 'account_deleted' } });
    expect(await told(about)).toEqual([]);
  });
});

describe('what needs a person', () => {
  test('and needs none any more', async () => {
    const { subject, accountId } = await connect('');
    await lookAt(subject);
    const next = await connect('ada', accountId);
    await lookAt(next.subject);
    expect(await shortOf(accountId)).toEqual([
      'connection.needs_attention: - → metadata_id_invalid',
      'connection.settled: metadata_id_invalid → -',
      'account.linked: - → ada',
    ]);
  });

  test('is told once, however often it is looked at and fails for the same', async () => {
    const { subject, accountId } = await connect('');
    await lookAt(subject);
    await owe(subject);
    const once = ['connection.needs_attention: - → metadata_id_invalid'];
    expect(await shortOf(accountId)).toEqual(once);
    await look(subject);
    await lookAt(subject);
    await lookAt(`connected_account:${accountId}`);
    expect(await shortOf(accountId)).toEqual(once);
  });

  test('is not told while it is tried again by itself', async () => {
    const { subject, accountId } = await connect('ada');
    site.seam.interfere(() => response => response.writeHead(502).end());
    await lookAt(subject);
    site.seam.interfere(null);
    expect([...(await told(subject)), ...(await told(`connected_account:${accountId}`))]).toEqual(
      [],
    );
  });

  test('of an account with two cases: as long as one of them does', async () => {
    const first = await connect('');
    const { accountId } = first;
    await lookAt(first.subject);
    const second = await connect('', accountId);
    await lookAt(second.subject);
    expect(await shortOf(accountId)).toEqual([
      'connection.needs_attention: - → metadata_id_invalid',
    ]);
    const third = await connect('grace', accountId);
    await lookAt(third.subject);
    expect((await shortOf(accountId)).slice(1)).toEqual([
      'connection.settled: metadata_id_invalid → -',
      'account.linked: - → grace',
    ]);
  });

  test('of a webview that has come to its account since: told with that from then on', async () => {
    const webviewId = await site.seam.createWebview({ id: '' });
    const subject = `connect_webview:${webviewId}` as const;
    await owe(subject);
    await site.database.pool.query(
      `update reconciler.reconciliations set state = 'failed', reason = 'webview_pending',
              observed_generation = generation where subject = $1`,
      [subject],
    );
    const { accountId } = await site.seam.completeWebview(webviewId, { email: 'a@locks.example' });
    await lookAt(subject);
    expect((await told(subject)).map(inShort)).toEqual([
      'connection.needs_attention: - → webview_pending',
      'connection.settled: webview_pending → -',
    ]);
    expect(await shortOf(accountId)).toEqual([
      'connection.needs_attention: - → metadata_id_invalid',
    ]);
  });

  test('of an account that its case has left for another: over, unless another case of it does', async () => {
    const move = (subject: string, accountId: string) =>
      site.database.pool.query(
        'update reconciler.reconciliations set connected_account_id = $2 where subject = $1',
        [subject, accountId],
      );
    const [alone, elsewhere, third] = [await connect(''), await connect('ada'), randomUUID()];
    await lookAt(alone.subject);
    await move(alone.subject, elsewhere.accountId);
    expect(await shortOf(alone.accountId)).toEqual([
      'connection.needs_attention: - → metadata_id_invalid',
      'connection.settled: metadata_id_invalid → -',
    ]);
    expect(await shortOf(elsewhere.accountId)).toEqual([
      'connection.needs_attention: - → metadata_id_invalid',
    ]);
    // Two cases of one account: as one leaves, the other stands.
    const other = await connect('', elsewhere.accountId);
    await lookAt(other.subject);
    await move(alone.subject, third);
    expect(await shortOf(elsewhere.accountId)).toHaveLength(1);
    expect(await shortOf(third)).toEqual(['connection.needs_attention: - → metadata_id_invalid']);
    // And where what it leaves with is a check that goes on.
    await site.database.pool.query(
      `update reconciler.reconciliations set connected_account_id = $2, state = 'pending', reason = null,
              generation = generation + 1 where subject = $1`,
      [alone.subject, alone.accountId],
    );
    expect((await shortOf(third)).at(-1)).toBe('connection.settled: metadata_id_invalid → -');
  });

  test('is nothing that only an event says, which names no connection', async () => {
    await owe(`delivery:${randomUUID()}` as Parameters<typeof owe>[0]);
    const { rows } = await site.database.pool.query(
      `select subject from reconciler.reconciliations where subject like 'delivery:%'`,
    );
    expect(await lookAt(rows[0].subject)).toMatchObject({ ending: { reason: 'event_unusable' } });
    expect(await told(rows[0].subject)).toEqual([]);
  });
});

test('a login that failed', async () => {
  const webviewId = await site.seam.createWebview({ id: 'ada' });
  await site.seam.failWebview(webviewId);
  const subject = `connect_webview:${webviewId}` as const;
  await lookAt(subject);
  await lookAt(subject);
  expect(await told(subject)).toMatchObject([
    {
      type: 'webview.login_failed',
      sequence: 1,
      user_id: null,
      connect_webview_id: webviewId,
      connected_account_id: null,
    },
  ]);
});

test('nothing that was not committed', async () => {
  const accountId = randomUUID();
  const client = await site.database.pool.connect();
  await client.query('begin');
  await client.query(
    `insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, 'ada', 0)`,
    [accountId],
  );
  await client.query('set constraints all immediate');
  await client.query('rollback');
  client.release();
  expect(await told(`connected_account:${accountId}`)).toEqual([]);
});
