import { describe, expect, test } from 'vitest';
import { linkProvisionally } from '../../src/reconcile/provisional.ts';
import { useOutages } from '../fixtures/provisional.ts';

const site = useOutages();
const { store, connect, connectInOutage, hold, link, look, shown, history } = site;

describe('while Seam is away', () => {
  test('an account is linked on the signed word of its event, as provisional', async () => {
    const { subject, accountId } = await connectInOutage('ada');
    expect(await link()).toMatchObject({ linked: 1 });
    expect(await shown(subject)).toEqual({ user: 'ada', provisional: true });
    expect(await link()).toMatchObject({ linked: 0, considered: 0 });
    expect(await history(accountId)).toEqual([{ user: 'ada', because: null, confirmed: false }]);
  });

  test('however much waits that was considered before, turn by turn it comes to what is new', async () => {
    await site.database.pool.query(
      `insert into reconciler.reconciliations (subject, generation, state, provisional_generation, updated_at)
       select 'connect_webview:old' || n, 1, 'pending', 1, now() - interval '1 h'
         from generate_series(1, 6000) n`,
    );
    const first = await connectInOutage('ada');
    const turn = await linkProvisionally(site.reconciler);
    expect(turn).toMatchObject({ linked: 0 });
    const next = await linkProvisionally(site.reconciler, turn.next);
    expect(next).toMatchObject({ linked: 1 });
    const second = await connectInOutage('bob');
    expect(await linkProvisionally(site.reconciler, next.next)).toMatchObject({ linked: 1 });
    expect(await shown(first.subject)).toEqual({ user: 'ada', provisional: true });
    expect(await shown(second.subject)).toEqual({ user: 'bob', provisional: true });
  });

  test('so it is when the run of that subject alone has failed, with no hold', async () => {
    const { subject, events } = await connect('ada');
    await store(events);
    expect(await link()).toMatchObject({ linked: 0 });
    site.seam.interfere(() => response => response.writeHead(502).end());
    expect(await look(subject)).toMatchObject({ reason: 'seam_unavailable' });
    expect(await link()).toMatchObject({ linked: 1 });
  });

  test('none is made where all is well', async () => {
    const { subject, events } = await connect('ada');
    await store(events);
    expect(await link()).toMatchObject({ linked: 0, considered: 0 });
    expect(await shown(subject)).toMatchObject({ user: null, provisional: false });
  });

  test.each([
    ['no id', null],
    ['an id of nobody', 'nobody'],
    ['an id that is none', true],
  ])('none is made from an event with %s', async (_what, id) => {
    await connectInOutage(id);
    expect(await link()).toMatchObject({ linked: 0 });
  });

  test('none is made from what did not come as a signed webhook', async () => {
    const { events } = await connect('ada');
    await store(events, false);
    await hold();
    expect(await link()).toMatchObject({ linked: 0 });
  });

  test('none takes an account from anybody', async () => {
    const { subject, events, accountId } = await connect('ada');
    await store(events);
    await look(subject);
    await connectInOutage('bob', accountId);
    expect(await link()).toMatchObject({ linked: 0 });
    expect(await shown(subject)).toEqual({ user: 'ada', provisional: false });
  });

  test('none is made where Seam has announced the deletion', async () => {
    const { accountId } = await connectInOutage('ada');
    await store([
      site.seam.event('connected_account.deleted', { connected_account_id: accountId }),
    ]);
    expect(await link()).toMatchObject({ linked: 0 });
  });

  test('none is made from an event on which Seam has answered already', async () => {
    const { subject, events } = await connect('ada');
    site.seam.amend((path, answer) => {
      const account = answer.connected_account as object;
      if (path === '/connected_accounts/get') Object.assign(account, { custom_metadata: {} });
      const webview = answer.connect_webview as object;
      if (path === '/connect_webviews/get') Object.assign(webview, { custom_metadata: {} });
    });
    await store(events);
    expect(await look(subject)).toMatchObject({ reason: 'metadata_id_missing' });
    await site.database.pool.query(
      `update reconciler.reconciliations set generation = generation + 1, state = 'pending', reason = null
        where subject = $1`,
      [subject],
    );
    await hold();
    expect(await link()).toMatchObject({ linked: 0 });
  });
});
