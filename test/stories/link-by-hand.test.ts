import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { BACKENDS, type House, openHouse } from '../fixtures/house.ts';
import { until } from '../fixtures/wait.ts';

describe.each(BACKENDS)('a person links an account (queue in %s)', kind => {
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
  const link = async (id: string, user: string): Promise<number> => {
    const args = ['link', id, '--user', user, '--why', 'ticket 4711', '--json'];
    const { code, stdout, stderr } = await runHere(args, house.env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout).audit_id;
  };
  const looked = async (subject: string, outcome: string) =>
    until(`${subject} to be ${outcome}`, async () => {
      const match = await house.find(subject);
      const isDone = match?.runs[0]?.outcome === outcome;
      return isDone && match.observed_generation === match.generation && match;
    });
  const history = async (accountId: string) => {
    const { rows } = await house.database.pool.query(
      `select user_id, unlinked_because from reconciler.links where connected_account_id = $1 order by id`,
      [accountId],
    );
    return rows;
  };

  test('the link outlives news and an audit, gives way to new metadata, and ends with the account', async () => {
    const { webviewId, accountId } = await connect({});
    await house.settled(webviewId, 'failed');
    await link(webviewId, 'ada');
    const kept = await looked(`connect_webview:${webviewId}`, 'kept');
    expect(kept).toMatchObject({ state: 'linked', user_id: 'ada', linked_by: 'person' });
    expect(kept.runs[0]).toMatchObject({ trigger: 'person' });

    await house.deliver(...(await house.seam.changeAccount(accountId, 'complete-first-sync')));
    await looked(`connected_account:${accountId}`, 'kept');
    const audit = await runHere(['drift', '--fix', '--json'], house.env);
    expect(JSON.parse(audit.stdout)).toMatchObject({
      audit: { counts: { linked_by_hand: 1 } },
      findings: [],
    });
    expect(await house.find(webviewId)).toMatchObject({ user_id: 'ada', linked_by: 'person' });

    const again = await connect({ id: 'grace' }, accountId);
    const relinked = await house.settled(again.webviewId, 'linked');
    expect(relinked).toMatchObject({ user_id: 'grace', linked_by: 'run' });

    await link(`connected_account:${accountId}`, 'ada');
    await looked(`connected_account:${accountId}`, 'kept');
    await house.deliver(...(await house.seam.changeAccount(accountId, 'delete')));
    await looked(`connected_account:${accountId}`, 'account_deleted');
    expect(await history(accountId)).toEqual([
      { user_id: 'ada', unlinked_because: 'relinked' },
      { user_id: 'grace', unlinked_because: 'linked_by_hand' },
      { user_id: 'ada', unlinked_because: 'account_deleted' },
    ]);
  });

  test('of an id of nobody it stands, also when such a user appears, and is undone', async () => {
    const { webviewId, accountId } = await connect({ id: 'late' });
    await until('a wait', async () => (await house.find(webviewId))?.reason === 'user_not_found');
    const number = await link(accountId, 'ada');
    await looked(`connect_webview:${webviewId}`, 'kept');
    await house.addUser('late');
    await house.deliver(...(await house.seam.changeAccount(accountId, 'complete-first-sync')));
    await looked(`connected_account:${accountId}`, 'kept');
    // Undone, the metadata decide again.
    const undone = await runHere(['undo-link', String(number)], house.env);
    expect(undone.code).toBe(0);
    const match = await house.settled(webviewId, 'linked');
    expect(match).toMatchObject({ user_id: 'late', linked_by: 'run' });
  });

  test('whoever mends the metadata at Seam says more than a link by hand from before', async () => {
    const { webviewId, accountId } = await connect({ id: 'grace' });
    await house.settled(webviewId, 'linked');
    await link(accountId, 'ada');
    await looked(`connect_webview:${webviewId}`, 'kept');
    const mended = await runHere(['account', 'update', accountId, '--user', 'grace'], house.env);
    expect(mended.code).toBe(0);
    expect(await house.find(webviewId)).toMatchObject({ user_id: 'grace', linked_by: 'run' });
  });
});
