import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { BACKENDS, type House, openHouse } from '../fixtures/house.ts';
import { until } from '../fixtures/wait.ts';

describe.each(BACKENDS)('an account after its connection (queue in %s)', kind => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
    await house.addUser('ada');
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const connectAda = async () => {
    const webviewId = await house.seam.createWebview({ id: 'ada' });
    const { accountId, events } = await house.seam.completeWebview(webviewId, {
      email: 'ada@locks.example',
    });
    await house.deliver(...events);
    await house.settled(webviewId, 'linked');
    return { webviewId, accountId };
  };
  const subjectOf = (accountId: string) => `connected_account:${accountId}`;

  test('errors and warnings are stored as they come, unknown codes included', async () => {
    const { accountId } = await connectAda();
    const errors = [
      { error_code: 'account_disconnected', message: 'Lost.', is_connected_account_error: true },
      { error_code: 'a_code_of_next_year', message: 'New.', details: { nested: [1, null] } },
    ];
    const warnings = [{ warning_code: 'devices_connected_to_other_account', device_ids: ['d1'] }];
    house.seam.amend((path, answer) => {
      const account = answer.connected_account as Record<string, unknown> | undefined;
      if (path === '/connected_accounts/get' && account?.connected_account_id === accountId) {
        Object.assign(account, { errors, warnings });
      }
    });
    await house.deliver(
      house.seam.event('connected_account.disconnected', { connected_account_id: accountId }),
    );
    const match = await house.settled(subjectOf(accountId), 'linked');
    house.seam.amend(null);
    expect(match.runs[0]).toMatchObject({ outcome: 'account_updated' });
    const { rows } = await house.database.pool.query(
      'select errors, warnings from reconciler.connected_accounts where connected_account_id = $1',
      [accountId],
    );
    expect(rows).toEqual([{ errors, warnings }]);
  });

  test('an account that Seam deleted is linked to nobody any more, with history', async () => {
    const { webviewId, accountId } = await connectAda();
    house.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    await house.deliver(
      house.seam.event('connected_account.deleted', { connected_account_id: accountId }),
    );
    const match = await house.settled(subjectOf(accountId), 'no_action');
    expect(match.runs[0]).toMatchObject({ outcome: 'account_deleted' });
    expect(await house.find(webviewId)).toMatchObject({ user_id: null, state: 'no_action' });
    const { rows } = await house.database.pool.query(
      `select user_id, unlinked_because from reconciler.links where connected_account_id = $1`,
      [accountId],
    );
    expect(rows).toEqual([{ user_id: 'ada', unlinked_because: 'account_deleted' }]);
  });

  test('an account that is gone without a word is a failure, and the link stays', async () => {
    const { accountId } = await connectAda();
    house.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    await house.deliver(
      house.seam.event('connected_account.disconnected', { connected_account_id: accountId }),
    );
    const match = await until('a failed look', async () => {
      const found = await house.find(subjectOf(accountId));
      return found?.reason === 'account_not_found' && found;
    });
    expect(match).toMatchObject({ state: 'retrying', user_id: 'ada' });
  });

  test('a signed event that names nothing is stored and shown, and answered 204', async () => {
    const event = house.seam.event('connected_account.connected', {});
    await house.deliver(event);
    const { stdout } = await runHere(['list', '--state', 'failed', '--json'], house.env);
    expect(JSON.parse(stdout).reconciliations).toContainEqual(
      expect.objectContaining({ subject: `delivery:${event.event_id}`, reason: 'event_unusable' }),
    );
    const retried = await runHere(['retry', event.event_id], house.env);
    expect(retried).toMatchObject({ code: 4 });
    expect(retried.stdout).toMatch(/refused/);
  });

  test('events of no interest are answered 204 and not stored', async () => {
    const event = house.seam.event('device.connected', { device_id: 'd1' });
    await house.deliver(event);
    const { rows } = await house.database.pool.query(
      'select 1 from reconciler.deliveries where event_id = $1',
      [event.event_id],
    );
    expect(rows).toEqual([]);
  });

  test('a retry looks again at once, and says what it did', async () => {
    const webviewId = await house.seam.createWebview({ id: 'late_user' });
    const { events } = await house.seam.completeWebview(webviewId, { email: 'l@locks.example' });
    await house.deliver(...events);
    await until('a wait', async () => (await house.find(webviewId))?.state === 'retrying');
    await house.addUser('late_user');
    const { code, stdout } = await runHere(['retry', webviewId, '--json'], house.env);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      results: [
        {
          subject: `connect_webview:${webviewId}`,
          result: 'asked',
          from_generation: 4,
          to_generation: 5,
          queued: true,
        },
      ],
    });
    const match = await house.settled(webviewId, 'linked');
    expect(match.runs[0]).toMatchObject({ trigger: 'person', outcome: 'linked' });
  });
});
