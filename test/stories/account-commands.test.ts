import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { BACKENDS, type House, openHouse } from '../fixtures/house.ts';
import { until } from '../fixtures/wait.ts';

describe.each(BACKENDS)('support and an account (queue in %s)', kind => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
    for (const id of ['ada', 'grace']) await house.addUser(id);
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const connect = async (metadata: Record<string, string>, accountId?: string) => {
    const webviewId = await house.seam.createWebview(metadata);
    const completion = await house.seam.completeWebview(webviewId, {
      email: 'ada@locks.example',
      ...(accountId === undefined ? {} : { accountId }),
    });
    await house.deliver(...completion.events);
    return { webviewId, accountId: completion.accountId };
  };
  const connectAda = async () => {
    const connection = await connect({ id: 'ada', plan: 'basic' });
    await house.settled(connection.webviewId, 'linked');
    return connection;
  };
  const happens = async (
    accountId: string,
    change: Parameters<House['seam']['changeAccount']>[1],
  ) => {
    await house.deliver(...(await house.seam.changeAccount(accountId, change)));
    return house.settled(
      `connected_account:${accountId}`,
      change === 'delete' ? 'no_action' : 'linked',
    );
  };
  const show = async (id: string) => {
    const { stdout } = await runHere(['account', 'show', id, '--json'], house.env);
    return JSON.parse(stdout).accounts[0];
  };

  test('an account is followed from its first sync over its troubles to its new authorization', async () => {
    const { webviewId, accountId } = await connectAda();
    expect(await house.find(webviewId)).toMatchObject({ account_state: 'connected' });
    expect(await happens(accountId, 'complete-first-sync')).toMatchObject({
      account_state: 'connected',
      user_id: 'ada',
    });
    expect(await happens(accountId, 'request-reauthorization')).toMatchObject({
      account_state: 'reauthorization_requested',
      account_troubles: [{ code: 'account_reauthorization_requested' }],
    });
    expect(await happens(accountId, 'disconnect')).toMatchObject({
      account_state: 'disconnected',
      user_id: 'ada',
    });
    const shown = await runHere(['show', webviewId], house.env);
    expect(shown.stdout).toMatch(/the account is disconnected/);
    expect(shown.stdout).toMatch(/lost access .*\(account_disconnected\)/);
    const listed = await runHere(
      ['account', 'list', '--state', 'disconnected', '--user', 'ada', '--json'],
      house.env,
    );
    expect(JSON.parse(listed.stdout).accounts).toMatchObject([
      { connected_account_id: accountId, state: 'disconnected', user_id: 'ada' },
    ]);

    const again = await connect({ id: 'ada' }, accountId);
    expect(await house.settled(again.webviewId, 'linked')).toMatchObject({
      account_state: 'connected',
      account_troubles: [],
    });
    expect(await show(again.webviewId)).toMatchObject({
      connected_account_id: accountId,
      here: { state: 'connected', errors: [], warnings: [] },
      seam: { kind: 'shown' },
      differences: [],
      links: [{ user_id: 'ada', unlinked_at: null }],
    });
  });

  test('an error that nobody here knows is told in the words of Seam', async () => {
    const { accountId } = await connectAda();
    const errors = [{ error_code: 'a_code_of_next_year', message: 'The moon is in the way.' }];
    house.seam.amend((path, answer) => {
      if (path === '/connected_accounts/get') {
        Object.assign(answer.connected_account as object, { errors });
      }
    });
    await happens(accountId, 'complete-first-sync');
    const { stdout } = await runHere(['account', 'show', accountId], house.env);
    house.seam.amend(null);
    expect(stdout).toMatch(/Seam says: “The moon is in the way.” \(a_code_of_next_year\)/);
    expect(await show(accountId)).toMatchObject({
      here: { errors },
      differences: [
        { field: 'state', here: 'disconnected', seam: 'connected' },
        { field: 'errors', here: errors, seam: [] },
      ],
    });
  });

  test('metadata without an id are mended in one step, here and at Seam', async () => {
    const { webviewId, accountId } = await connect({ plan: 'basic' });
    const failed = await house.settled(webviewId, 'failed');
    expect(failed).toMatchObject({ reason: 'metadata_id_missing', account_state: 'connected' });
    const { code, stdout, stderr } = await runHere(
      ['account', 'update', webviewId, '--user', 'ada', '--metadata', 'beta=true'],
      house.env,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/metadata changed in Seam[\s\S]*linked to user ada/);
    expect(await house.find(webviewId)).toMatchObject({ state: 'linked', user_id: 'ada' });
    expect(await show(accountId)).toMatchObject({
      here: { custom_metadata: { id: 'ada', plan: 'basic', beta: true } },
      differences: [],
    });
    const parts = ['--display-name', 'Front doors', '--accepted-capability', 'lock'];
    const named = await runHere(['account', 'update', accountId, ...parts], house.env);
    expect(named).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/display name, accepted capabilities changed in Seam/),
    });
    expect(await show(accountId)).toMatchObject({
      here: {
        display_name: 'Front doors',
        custom_metadata: { id: 'ada', plan: 'basic', beta: true },
      },
      differences: [],
    });
    const again = await runHere(['account', 'update', accountId, '--user', 'ada'], house.env);
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/already had it so/),
    });
  });

  test('an id of nobody is mended in one step, and moves no other key', async () => {
    const { webviewId, accountId } = await connect({ id: 'adda', plan: 'basic' });
    await until('a wait', async () => (await house.find(webviewId))?.reason === 'user_not_found');
    const mended = await runHere(
      ['account', 'update', accountId, '--user', 'grace', '--metadata', 'plan=', '--json'],
      house.env,
    );
    expect(mended.code).toBe(0);
    expect(JSON.parse(mended.stdout)).toMatchObject({
      seam: 'updated',
      custom_metadata: { id: 'grace' },
      user_id: 'grace',
      looks_owed: [],
      failures: [],
    });
    expect(await house.find(webviewId)).toMatchObject({ state: 'linked', reason: null });
    expect(await show(accountId)).toMatchObject({ seam: { custom_metadata: { id: 'grace' } } });
  });

  test('a deletion needs a yes, ends the link with history, and can be done twice', async () => {
    const { webviewId, accountId } = await connectAda();
    const unasked = await runHere(['account', 'delete', accountId], house.env);
    expect(unasked).toMatchObject({ code: 4, stderr: expect.stringMatching(/--yes/) });
    expect(await show(accountId)).toMatchObject({ seam: { kind: 'shown' } });

    const deleted = await runHere(['account', 'delete', accountId, '--yes'], house.env);
    expect(deleted).toMatchObject({ code: 0, stdout: expect.stringMatching(/deleted in Seam/) });
    expect(await house.find(webviewId)).toMatchObject({ state: 'no_action', user_id: null });
    expect(await show(accountId)).toMatchObject({
      here: { state: 'deleted', deleted_at: expect.any(String) },
      seam: { kind: 'unknown' },
      differences: [],
      links: [{ user_id: 'ada', unlinked_because: 'account_deleted' }],
    });
    const twice = await runHere(['account', 'delete', accountId, '--yes'], house.env);
    expect(twice).toMatchObject({ code: 0, stdout: expect.stringMatching(/already gone/) });
    await house.deliver(
      house.seam.event('connected_account.deleted', { connected_account_id: accountId }),
    );
    await house.settled(`connected_account:${accountId}`, 'no_action');
  });

  test('a deletion that Seam tells of before it shows it is looked at again', async () => {
    const { accountId } = await connectAda();
    const subject = `connected_account:${accountId}`;
    await house.deliver(
      house.seam.event('connected_account.deleted', { connected_account_id: accountId }),
    );
    await until('a first look', async () => (await house.find(subject))?.state === 'retrying');
    expect(await house.find(subject)).toMatchObject({
      reason: 'deletion_pending',
      user_id: 'ada',
      account_state: 'connected',
    });
    house.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    const match = await house.settled(subject, 'no_action');
    expect(match).toMatchObject({ account_state: 'deleted', user_id: null });
    expect(match.runs[0]).toMatchObject({ trigger: 'backoff', outcome: 'account_deleted' });
  });

  test('when the look can not be done yet, Seam is told and the look is owed', async () => {
    const { accountId } = await connectAda();
    house.seam.interfere((path, body) =>
      path === '/connected_accounts/get' && body.connected_account_id === accountId && isTold
        ? response => response.writeHead(503).end('busy')
        : null,
    );
    let isTold = false;
    house.seam.amend(path => {
      isTold ||= path === '/connected_accounts/update';
    });
    const owed = await runHere(
      ['account', 'update', accountId, '--user', 'grace', '--wait', '1'],
      house.env,
    );
    house.seam.interfere(null);
    house.seam.amend(null);
    expect(owed).toMatchObject({ code: 5, stderr: expect.stringMatching(/still owed/) });
    await until(
      'the link to follow',
      async () => (await house.find(accountId))?.user_id === 'grace',
    );
  });
});
