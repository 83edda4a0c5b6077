import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shellActor } from '../../../src/access/actor.ts';
import { compareListed } from '../../../src/drift/look-up.ts';
import type { Subject } from '../../../src/model/subject.ts';
import { updateAccount } from '../../../src/support/accounts/update.ts';
import { readCase } from '../../../src/support/cases/case.ts';
import { retry } from '../../../src/support/cases/retry.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { unlinkByHand } from '../../../src/support/links/unlink.ts';
import { clerk, type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { look } from '../../fixtures/reconciler.ts';
import { silentLog } from '../../fixtures/settings.ts';

let hand: HandDesk;
beforeAll(async () => {
  hand = await openHandDesk();
});
afterAll(() => hand[Symbol.asyncDispose]());

const WHY = 'It is their neighbour’s lock, ticket 4711.';
const unlink = (subject: string, seenUserId?: string, why = WHY) =>
  unlinkByHand(hand.desk, clerk('carol'), subject, { why, seenUserId });
const query = async (sql: string, values: unknown[]) =>
  (await hand.database.pool.query(sql, values)).rows;
const LEFT = { outcome: 'left_unlinked' };
const NOBODYS = { state: 'no_action', reason: null, user: null, by: null };

describe('unlinking by hand', () => {
  test('ends the link, keeps the note, tells who and why, and asks for a look', async () => {
    const { webview, account, accountId } = await hand.connect({ id: 'ada' });
    await hand.news(account);
    const result = await unlink(webview, 'ada');
    expect(result).toEqual({
      subject: webview,
      connected_account_id: accountId,
      former_user_id: 'ada',
      audit_id: expect.any(Number),
      look_asked: true,
    });
    expect(await hand.shown(webview)).toEqual({ ...NOBODYS, state: 'pending' });
    // The account's own case says at once that nobody has it.
    expect(await hand.shown(account)).toEqual(NOBODYS);
    expect(await hand.history(accountId)).toEqual([{ user: 'ada', because: 'unlinked_by_hand' }]);
    expect(
      await query('select text, by from reconciler.notes where subject = $1', [webview]),
    ).toEqual([{ text: WHY, by: 'carol' }]);
    expect(
      await query('select * from reconciler.audit_log where target = $1', [webview]),
    ).toMatchObject([
      {
        id: String(result.audit_id),
        action: 'unlink',
        actor: 'shell:carol',
        why: WHY,
        before: { user_id: 'ada', linked_by: 'run', state: 'linked', reason: null },
        after: { user_id: null, linked_by: null, connected_account_id: accountId },
      },
    ]);
    expect(await look(hand.reconciler, webview)).toMatchObject(LEFT);
    expect(await hand.shown(webview)).toEqual(NOBODYS);
  });

  test('stays so whatever looks: events of both cases, a retry, drift', async () => {
    const { webview, account, accountId } = await hand.connect({ id: 'ada' });
    await hand.news(account);
    await unlink(account);
    for (const subject of [account, webview, account]) {
      expect(await hand.news(subject)).toMatchObject(LEFT);
    }
    // Nothing of the case is open: a retry looks at what says how it stands, by whatever name it is asked for.
    const [asked] = await retry(hand.desk, clerk('dave'), webview);
    expect(asked).toMatchObject({ subject: account, result: 'asked' });
    expect(await look(hand.reconciler, account)).toMatchObject(LEFT);
    const { signal } = new AbortController();
    const seam = await hand.reconciler.seam.getConnectedAccount(accountId, signal);
    const listed = seam.value === null ? [] : [seam.value];
    expect(
      await compareListed(hand.reconciler, hand.reconciler.seam, listed, signal),
    ).toMatchObject([{ kind: 'ended_by_hand', linkedUserId: null, claimedUserId: 'ada' }]);
    expect(await hand.shown(webview)).toEqual(NOBODYS);
    expect(await hand.history(accountId)).toHaveLength(1);
  });

  test('the case tells who did it and why, what undoes it, and that a retry doesn’t', async () => {
    const { webview, account } = await hand.connect({ id: 'ada' });
    const { audit_id } = await unlink(webview);
    await hand.news(account);
    // The look that unlinking asked for: until then the case says that it is about to be checked.
    expect(await look(hand.reconciler, webview)).toMatchObject(LEFT);
    const found = await readCase(hand.desk, clerk('dave'), account);
    expect(found).toMatchObject({
      headline: 'The August account was unlinked by hand, so it isn’t linked to anyone.',
      unlinked: { user_id: 'ada', by: 'carol', why: WHY, audit_id, subject: webview },
      links: [{ unlinked_because: 'unlinked_by_hand', unlinked_by: { name: 'carol', why: WHY } }],
    });
    await linkByHand(hand.desk, clerk('dave'), account, { userId: 'bob', why: 'his after all' });
    expect((await readCase(hand.desk, clerk('dave'), account)).unlinked).toBeNull();
  });

  test('a link that was made by hand ends the same way', async () => {
    const { webview, accountId } = await hand.connect({});
    await linkByHand(hand.desk, clerk('carol'), webview, { userId: 'ada', why: 'ticket 1' });
    await unlink(webview);
    expect(await hand.news(webview)).toMatchObject(LEFT);
    expect(await hand.shown(webview)).toEqual(NOBODYS);
    hand.rename(accountId, { id: 'bob' });
    expect(await hand.news(webview)).toMatchObject({ outcome: 'linked' });
  });
});

describe('what is newer than that decides', () => {
  test.each([
    ['another user', { id: 'bob' }, { outcome: 'linked' }, 'bob'],
    ['nobody whom we know', { id: 'who' }, { reason: 'user_not_found' }, null],
    ['a wrong type', { id: true }, { reason: 'metadata_id_invalid' }, null],
  ] as const)('metadata that name %s', async (_what, metadata, ending, user) => {
    const { webview, account, accountId } = await hand.connect({ id: 'ada' });
    await unlink(webview);
    hand.rename(accountId, metadata);
    expect(await hand.news(account)).toMatchObject(ending);
    expect(await hand.shown(account)).toMatchObject({ user });
    if (user !== null) return;
    hand.rename(accountId, { id: 'ada' });
    expect(await hand.news(account)).toMatchObject(LEFT);
  });

  test('where nobody knew what the metadata said, only another user than that one', async () => {
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    await query('delete from reconciler.connected_accounts where connected_account_id = $1', [
      accountId,
    ]);
    await unlink(webview);
    expect(await hand.news(webview)).toMatchObject(LEFT);
    hand.rename(accountId, { id: 'who' });
    expect(await hand.news(webview)).toMatchObject(LEFT);
    hand.rename(accountId, { id: 'bob' });
    expect(await hand.news(webview)).toMatchObject({ outcome: 'linked' });
  });

  test.each(['webview', 'account'] as const)(
    'a webview that was created since, also for the same user (told of by the %s)',
    async of => {
      const { accountId, ...first } = await hand.connect({ id: 'ada' });
      await unlink(first.webview);
      expect(await hand.news(first[of])).toMatchObject(LEFT);
      const second = await hand.connect({ id: 'ada' }, accountId);
      expect(await hand.news(of === 'account' ? first.account : second.webview)).toMatchObject({
        outcome: 'already_linked',
      });
      expect(await hand.shown(second.webview)).toMatchObject({ state: 'linked', user: 'ada' });
      expect((await hand.history(accountId)).at(-1)).toEqual({ user: 'ada', because: null });
    },
  );

  test('but not one that was created before, and is finished later', async () => {
    const late = await hand.seam.createWebview({ id: 'ada' });
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    await unlink(webview);
    await hand.seam.completeWebview(late, { email: 'ada@locks.example', accountId });
    const subject: Subject = `connect_webview:${late}`;
    expect(await hand.news(subject)).toMatchObject(LEFT);
    expect(await hand.shown(subject)).toEqual(NOBODYS);
  });

  test('whoever says at Seam whose it is, also the same user', async () => {
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    await unlink(webview);
    expect(await hand.news(webview)).toMatchObject(LEFT);
    const updater = {
      ...hand.reconciler,
      request: async () => true,
      lookLimitMs: 0,
      signal: new AbortController().signal,
      log: silentLog,
    };
    const admin = { ...clerk('eve'), role: 'admin' as const };
    await updateAccount(updater, admin, accountId, { metadata: { plan: 'gold' } });
    expect(await look(hand.reconciler, webview)).toMatchObject(LEFT);
    await updateAccount(updater, admin, accountId, { metadata: {}, userId: 'ada' });
    expect(await look(hand.reconciler, webview)).toMatchObject({ outcome: 'linked' });
    expect(await hand.shown(webview)).toMatchObject({ state: 'linked', user: 'ada' });
  });
});

describe('it is refused, and nothing is done', () => {
  test('where nobody has it, or somebody else than was seen', async () => {
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    await expect(unlink(webview, 'bob')).rejects.toMatchObject({
      fault: 'conflict',
      message: expect.stringContaining('now linked to ada'),
    });
    expect(await hand.history(accountId)).toEqual([{ user: 'ada', because: null }]);
    await unlink(webview, 'ada');
    await expect(unlink(webview, 'ada')).rejects.toMatchObject({
      fault: 'conflict',
      message: expect.stringContaining("isn't linked to anyone"),
    });
    const { rows } = await hand.database.pool.query(
      'select from reconciler.audit_log where target = $1',
      [webview],
    );
    expect(rows).toHaveLength(1);
  });

  test.each([
    ['nothing', ''],
    ['blanks', '  '],
    ['too much', 'x'.repeat(2_001)],
    ['what can’t be stored', 'a\0b'],
  ])('with %s for a note', async (_what, why) => {
    const { webview } = await hand.connect({ id: 'ada' });
    await expect(unlink(webview, 'ada', why)).rejects.toMatchObject({
      fault: 'invalid',
      faults: { why: expect.any(String) },
    });
    expect(await hand.shown(webview)).toMatchObject({ user: 'ada' });
  });

  test('to a viewer, and of what there is none', async () => {
    const { webview } = await hand.connect({ id: 'ada' });
    const viewer = { ...shellActor('eve'), role: 'viewer' as const };
    await expect(unlinkByHand(hand.desk, viewer, webview, { why: WHY })).rejects.toMatchObject({
      fault: 'not_allowed',
    });
    await expect(unlink('connect_webview:none')).rejects.toMatchObject({ fault: 'not_found' });
    await expect(unlink('ada')).rejects.toMatchObject({ fault: 'not_found' });
  });

  test('in a dry run, which tells what would be', async () => {
    const { webview } = await hand.connect({ id: 'ada' });
    const order = { why: WHY };
    const tried = await unlinkByHand(hand.desk, clerk('carol'), webview, order, { dryRun: true });
    expect(tried).toMatchObject({ former_user_id: 'ada', audit_id: null, look_asked: false });
    expect(await hand.shown(webview)).toMatchObject({ state: 'linked', user: 'ada' });
  });
});
