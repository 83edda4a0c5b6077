import { afterEach, describe, expect, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import { useRuns } from '../fixtures/runs.ts';

const site = useRuns();
const { owe, look, find, connect, currentUser } = site;

test('the account that an event names is checked against what the webview says', async () => {
  const { subject, accountId } = await connect('ada');
  await owe(subject);
  await site.database.pool.query(
    `update reconciler.reconciliations set connected_account_id = 'wrong' where subject = $1`,
    [subject],
  );
  await look(subject);
  expect(await find(subject)).toMatchObject({ connected_account_id: accountId, user_id: 'ada' });
});

describe('a webview that was seen authorized', () => {
  const askedIn = async (work: () => Promise<unknown>): Promise<string[]> => {
    const before = site.seam.calls.length;
    await work();
    return site.seam.calls.slice(before).map(({ path }) => path);
  };
  const hint = (subject: Subject, accountId: string) =>
    site.database.pool.query(
      'update reconciler.reconciliations set connected_account_id = $2 where subject = $1',
      [subject, accountId],
    );
  /** In Seam's answers the webview leads to this account from now on; null: Seam has no such webview. */
  const leadTo = (accountId: string | null) => {
    site.seam.interfere(path =>
      accountId === null && path === '/connect_webviews/get'
        ? response =>
            response
              .writeHead(404, { 'content-type': 'application/json' })
              .end('{"error":{"type":"connect_webview_not_found","message":"gone"}}')
        : null,
    );
    site.seam.amend((path, answer) => {
      if (path !== '/connect_webviews/get' || accountId === null) return;
      Object.assign(answer.connect_webview as object, { connected_account_id: accountId });
    });
  };
  const linked = async () => {
    const own = await connect('ada');
    const { accountId: other } = await connect('grace');
    await owe(own.subject);
    await look(own.subject);
    await owe(own.subject);
    return { ...own, other };
  };
  const lookAgain = (subject: Subject) => askedIn(() => look(subject));
  const WEBVIEW = '/connect_webviews/get';
  const ACCOUNT = '/connected_accounts/get';
  afterEach(() => {
    site.seam.interfere(null);
    site.seam.amend(null);
  });

  test('is not asked for again by what comes with it', async () => {
    const { subject } = await linked();
    expect(await lookAgain(subject)).toEqual([ACCOUNT]);
  });

  test('is asked for again when an event names another account', async () => {
    const { subject, accountId, other } = await linked();
    leadTo(other);
    await hint(subject, other);
    expect((await lookAgain(subject)).sort()).toEqual([WEBVIEW, ACCOUNT]);
    expect(await find(subject)).toMatchObject({ connected_account_id: other, user_id: 'grace' });
    expect(await currentUser(accountId)).toEqual(['ada']);
    expect(await currentUser(other)).toEqual(['grace']);
  });

  test('is asked for again when it was seen long ago', async () => {
    const { subject, webviewId, other } = await linked();
    leadTo(other);
    await site.database.pool.query(
      `update reconciler.connect_webviews set read_at = now() - interval '3 minutes'
        where connect_webview_id = $1`,
      [webviewId],
    );
    await look(subject);
    expect(await find(subject)).toMatchObject({ connected_account_id: other, user_id: 'grace' });
  });

  test('is asked for again when its account is gone, and that account only once', async () => {
    const { subject, accountId, other } = await linked();
    site.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    expect(await lookAgain(subject)).toEqual([ACCOUNT, WEBVIEW]);
    expect(await find(subject)).toMatchObject({ reason: 'account_not_found' });
    leadTo(other);
    await owe(subject);
    expect(await lookAgain(subject)).toEqual([ACCOUNT, WEBVIEW, ACCOUNT]);
    expect(await find(subject)).toMatchObject({ connected_account_id: other, user_id: 'grace' });
  });

  test('and that Seam has forgotten since is known by the account that it led to', async () => {
    const { subject, accountId, other } = await linked();
    leadTo(null);
    await hint(subject, other);
    expect(await look(subject)).toMatchObject({ ending: { outcome: 'already_linked' } });
    expect(await find(subject)).toMatchObject({ connected_account_id: accountId, user_id: 'ada' });
  });
});
