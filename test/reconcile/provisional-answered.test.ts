import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { useOutages } from '../fixtures/provisional.ts';

const site = useOutages();
const { store, connect, connectInOutage, link, look, shown, history } = site;

describe('when Seam answers again', () => {
  test('and says the same, the link is confirmed', async () => {
    const { subject, accountId } = await connectInOutage('ada');
    await link();
    expect(await look(subject)).toMatchObject({ outcome: 'linked' });
    expect(await shown(subject)).toEqual({ user: 'ada', provisional: false });
    expect(await history(accountId)).toEqual([{ user: 'ada', because: null, confirmed: true }]);
  });

  test("and names another, Seam's answer wins and the history says so", async () => {
    const { subject, accountId } = await connectInOutage('ada');
    await link();
    await connect('bob', accountId);
    expect(await look(subject)).toMatchObject({ outcome: 'relinked' });
    expect(await shown(subject)).toEqual({ user: 'bob', provisional: false });
    expect(await history(accountId)).toMatchObject([
      { user: 'ada', because: 'seam_differs' },
      { user: 'bob', because: null },
    ]);
  });

  test.each([
    ['no id', {}, 'metadata_id_missing'],
    ['an id of nobody', { id: 'nobody' }, 'user_not_found'],
  ])('and shows %s, the link ends: nobody but an event ever spoke for it', async (...of) => {
    const [, metadata, reason] = of;
    const { subject, accountId } = await connectInOutage('ada');
    await link();
    site.seam.amend((path, answer) => {
      const shows = answer.connected_account ?? answer.connect_webview;
      if (path.endsWith('/get')) Object.assign(shows as object, { custom_metadata: metadata });
    });
    expect(await look(subject)).toMatchObject({ reason });
    expect(await history(accountId)).toMatchObject([{ user: 'ada', because: 'seam_differs' }]);
  });

  test('and the account is gone, the link ends: at once where that was announced', async () => {
    const { subject, accountId } = await connectInOutage('ada');
    await link();
    site.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    await store([
      site.seam.event('connected_account.deleted', { connected_account_id: accountId }),
    ]);
    expect(await look(subject)).toMatchObject({ outcome: 'account_deleted' });
    expect(await history(accountId)).toMatchObject([{ user: 'ada', because: 'account_deleted' }]);
  });

  test('else when the tries are over, as Seam may be slow; and no event brings it back', async () => {
    const { subject, accountId, events } = await connectInOutage('ada');
    await link();
    site.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    for (let tries = 0; tries < 3; tries++) {
      expect(await look(subject)).toMatchObject({ reason: 'account_not_found' });
      expect(await shown(subject)).toEqual({ user: 'ada', provisional: true });
    }
    await look(subject);
    expect(await history(accountId)).toMatchObject([{ user: 'ada', because: 'seam_differs' }]);
    await store(events.map(event => ({ ...event, event_id: randomUUID() })));
    await link();
    expect(await history(accountId)).toHaveLength(1);
  });

  test('and the webview has failed, the link on the account of its event ends', async () => {
    const { subject, accountId, webviewId } = await connectInOutage('ada');
    await link();
    await site.seam.failWebview(webviewId);
    expect(await look(subject)).toMatchObject({ outcome: 'login_failed' });
    expect(await history(accountId)).toMatchObject([{ user: 'ada', because: 'seam_differs' }]);
  });
});
