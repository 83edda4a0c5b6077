import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { disableEndpoint, enableEndpoint } from '../../../src/support/endpoints/enable.ts';
import { replay } from '../../../src/support/endpoints/replay.ts';
import { sendAgain } from '../../../src/support/endpoints/send-again.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { openTelling, someone, type Telling, tokenFor } from '../../fixtures/telling.ts';

let site: Telling;
beforeAll(async () => {
  site = await openTelling();
});
afterAll(() => site[Symbol.asyncDispose]());
afterEach(async () => {
  await site.database.pool.query(
    'truncate reconciler.endpoints, reconciler.messages, reconciler.outbox, reconciler.audit_log cascade',
  );
  site.news();
});

const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);

describe('a replay', () => {
  test('sends what was given up again, and nothing else', async () => {
    const id = await site.add();
    const [one, two, three] = await site.tell({}, {}, {});
    await site.end(id, one ?? 0, 'dead', 8);
    await site.end(id, two ?? 0, 'delivered');
    expect(await replay(site.desk, SHELL, id, { states: 'dead', dryRun: true })).toEqual({
      matching: 1,
      sentAgain: 0,
    });
    expect(await site.stands(id)).toEqual([`${one} dead`, `${two} delivered`, `${three} waiting`]);
    expect(await site.audit('replay_messages')).toEqual([]);
    expect(site.news()).toEqual([]);

    const done = await replay(site.desk, SHELL, id, { states: 'dead', why: 'they are back' });
    expect(done).toEqual({ matching: 1, sentAgain: 1 });
    expect(await site.stands(id)).toEqual([
      `${one} waiting`,
      `${two} delivered`,
      `${three} waiting`,
    ]);
    const { rows } = await site.database.pool.query(
      'select attempts, due_at, finished_at from reconciler.sendings where position = $1',
      [one],
    );
    expect(rows).toEqual([{ attempts: 0, due_at: null, finished_at: null }]);
    expect(site.news()).toEqual([id]);
    expect(await site.audit('replay_messages')).toMatchObject([
      { target: `endpoint:${id}`, after: { states: 'dead' }, why: 'they are back' },
    ]);
  });

  test('of all sends what was taken, and what it was never told of, as far as it wants it', async () => {
    const before = await site.tell(
      { type: 'account.linked' },
      { type: 'account.deleted' },
      { type: 'account.linked', workspace: 'flats' },
    );
    const id = await site.add({ types: ['account.linked'], workspaces: ['hotels'] });
    const [since] = await site.tell({});
    await site.end(id, since ?? 0, 'delivered');
    expect(await replay(site.desk, SHELL, id, { states: 'dead' })).toEqual({
      matching: 0,
      sentAgain: 0,
    });
    const all = await replay(site.desk, SHELL, id, { states: 'all' });
    expect(all).toEqual({ matching: 2, sentAgain: 2 });
    expect(await site.stands(id)).toEqual([`${before[0]} waiting`, `${since} waiting`]);
    // What waits is not sent twice.
    expect(await replay(site.desk, SHELL, id, { states: 'all' })).toEqual({
      matching: 2,
      sentAgain: 0,
    });
  });

  test('of all has what waits for another try tried now', async () => {
    const id = await site.add();
    const [one] = await site.tell({});
    await site.end(id, one ?? 0, 'waiting', 6);
    expect(await replay(site.desk, SHELL, id, { states: 'all' })).toMatchObject({ sentAgain: 1 });
    const { rows } = await site.database.pool.query(
      'select attempts, due_at from reconciler.sendings',
    );
    expect(rows).toEqual([{ attempts: 0, due_at: null }]);
  });

  test.each([
    ['since a time', { since: hoursAgo(30) }, [1, 2, 3, 4]],
    ['until a time', { until: hoursAgo(30) }, [0]],
    ['between two', { since: hoursAgo(30), until: hoursAgo(10) }, [1, 2]],
    ['of a type', { types: ['account.deleted', 'account.disconnected'] }, [2]],
    ['of an account', { account: 'a2' }, [1, 2]],
    ['of a user, and what tells that it is theirs no more', { user: 'bob' }, [3, 4]],
    ['of a user and a type', { user: 'bob', types: ['account.unlinked'] }, [4]],
    ['of nobody', { user: 'nobody' }, []],
  ])('is limited to what is %s', async (_, filter, expected) => {
    const told = await site.tell(
      { at: hoursAgo(50) },
      { at: hoursAgo(20), account: 'a2' },
      { at: hoursAgo(11), account: 'a2', type: 'account.deleted' },
      { at: hoursAgo(5), account: 'a3', user: 'bob' },
      {
        at: hoursAgo(4),
        account: 'a3',
        user: null,
        type: 'account.unlinked',
        data: { before: { user_id: 'bob' } },
      },
    );
    const id = await site.add();
    const done = await replay(site.desk, SHELL, id, { states: 'all', ...filter });
    expect(done).toEqual({ matching: expected.length, sentAgain: expected.length });
    expect(await site.stands(id)).toEqual(expected.map(n => `${told[n]} waiting`));
    // The same of those that were given up.
    await site.database.pool.query(`update reconciler.sendings set state = 'dead'`);
    expect(await replay(site.desk, SHELL, id, { states: 'dead', ...filter })).toEqual(done);
  });

  test('goes page by page through however many there are', async () => {
    const id = await site.add();
    await site.database.pool.query(
      `insert into reconciler.outbox (type, about, sequence, data, workspace_id)
       select 'account.linked', 'connected_account:' || n % 7, n, '{}', 'hotels' from generate_series(1, 2500) n`,
    );
    expect(await replay(site.desk, SHELL, id, { states: 'all' })).toEqual({
      matching: 2_500,
      sentAgain: 0,
    });
    await site.database.pool.query(`update reconciler.sendings set state = 'dead'`);
    const expected = { matching: 2_500, sentAgain: 0 };
    expect(await replay(site.desk, SHELL, id, { states: 'dead', dryRun: true })).toEqual(expected);
    expect(await replay(site.desk, SHELL, id, { states: 'dead' })).toEqual({
      matching: 2_500,
      sentAgain: 2_500,
    });
    const { rows } = await site.database.pool.query(
      `select count(*)::int as waiting from reconciler.sendings where state = 'waiting'`,
    );
    expect(rows).toEqual([{ waiting: 2_500 }]);
  });

  test('is refused to who may not, of an endpoint that is off or not there, and by field', async () => {
    const id = await site.add();
    const dead = { states: 'dead' } as const;
    const ask = (actor = SHELL, of = id, more: object = {}) =>
      replay(site.desk, actor, of, { ...dead, ...more });
    for (const actor of [someone('viewer'), someone('support'), tokenFor('hotels')]) {
      await expect(ask(actor)).rejects.toMatchObject({ fault: 'not_allowed' });
    }
    await expect(ask(SHELL, id + 1)).rejects.toMatchObject({ fault: 'not_found' });
    await expect(ask(SHELL, 2 ** 70)).rejects.toMatchObject({ fault: 'not_found' });
    const faults = {
      states: { states: 'waiting' },
      types: { types: ['account.link'] },
      user: { user: '' },
      account: { account: 'a\0' },
      until: { since: hoursAgo(1), until: hoursAgo(2) },
      why: { why: 'w'.repeat(501) },
    };
    for (const [field, more] of Object.entries(faults)) {
      await expect(ask(SHELL, id, more)).rejects.toMatchObject({
        fault: 'invalid',
        faults: { [field]: expect.any(String) },
      });
    }
    await disableEndpoint(site.desk, SHELL, id, { why: 'a test' });
    await expect(ask()).rejects.toMatchObject({ fault: 'refused' });
    expect(await ask(SHELL, id, { dryRun: true })).toMatchObject({ matching: 0 });
    expect(await site.audit('replay_messages')).toEqual([]);
    await enableEndpoint(site.desk, SHELL, id, { missed: 'skip' });
  });

  test('that is asked for twice is done once', async () => {
    const id = await site.add();
    const [one] = await site.tell({});
    const actor = { ...SHELL, idempotencyKey: 'once' };
    await site.end(id, one ?? 0, 'dead');
    await replay(site.desk, actor, id, { states: 'dead' });
    await site.end(id, one ?? 0, 'dead');
    await expect(replay(site.desk, actor, id, { states: 'dead' })).rejects.toThrow('already done');
    expect(await site.stands(id)).toEqual([`${one} dead`]);
  });
});

describe('a message is sent again', () => {
  test('to all that it was owed to or that want it, and is put down to its connection', async () => {
    const had = await site.add({ types: ['account.deleted'] });
    const off = await site.add();
    const other = await site.add({ types: ['account.deleted'] });
    await disableEndpoint(site.desk, SHELL, off, { why: 'a test' });
    const [one = 0] = await site.tell({ type: 'account.deleted' });
    await site.end(had, one, 'delivered');
    await site.end(other, one, 'dead', 8);
    const late = await site.add();
    const actor = someone('support');
    const messageId = await site.messageAt(one);
    const sent = await sendAgain(site.desk, actor, messageId, { why: 'they asked' });
    expect(sent).toEqual({ endpoints: [had, other, late] });
    for (const id of sent.endpoints) expect(await site.stands(id)).toEqual([`${one} waiting`]);
    expect(await site.stands(off)).toEqual([]);
    expect(site.news()).toEqual(expect.arrayContaining(sent.endpoints));
    expect(await site.audit('send_again')).toMatchObject([
      {
        actor_name: 'a support',
        target: 'connected_account:a1',
        after: { message_id: messageId, endpoints: sent.endpoints },
        why: 'they asked',
      },
    ]);
  });

  test('to one endpoint, where that takes it', async () => {
    const wants = await site.add();
    const not = await site.add({ types: ['account.deleted'] });
    const [one = 0] = await site.tell({});
    const messageId = await site.messageAt(one);
    await site.end(wants, one, 'delivered');
    const to = (endpointId: number, actor = SHELL) =>
      sendAgain(site.desk, actor, messageId, { endpointId });
    await expect(to(not)).rejects.toMatchObject({ fault: 'refused' });
    await expect(to(not + 9)).rejects.toMatchObject({ fault: 'not_found' });
    await expect(to(wants, someone('viewer'))).rejects.toMatchObject({ fault: 'not_allowed' });
    await expect(to(wants, tokenFor('flats'))).rejects.toMatchObject({ fault: 'not_found' });
    expect(await site.stands(wants)).toEqual([`${one} delivered`]);
    expect(await to(wants, tokenFor('hotels'))).toEqual({ endpoints: [wants] });
    await disableEndpoint(site.desk, SHELL, wants, { why: 'a test' });
    await expect(to(wants)).rejects.toThrow('enable it first');
    await expect(sendAgain(site.desk, SHELL, messageId)).rejects.toThrow('No enabled endpoint');
    await expect(sendAgain(site.desk, SHELL, 'no id')).rejects.toMatchObject({
      fault: 'not_found',
    });
  });
});
