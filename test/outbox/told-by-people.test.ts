import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dismiss, reopen } from '../../src/support/cases/dismiss.ts';
import { erasePerson } from '../../src/support/erasure/erase.ts';
import { linkByHand } from '../../src/support/links/link.ts';
import { undoLink } from '../../src/support/links/undo.ts';
import { unlinkByHand } from '../../src/support/links/unlink.ts';
import { clerk, type HandDesk, openHandDesk } from '../fixtures/by-hand.ts';
import { inShort, readTold } from '../fixtures/messages.ts';
import { SHELL } from '../fixtures/shell.ts';

/* What the app is told of what people do. */

let hand: HandDesk;
beforeAll(async () => {
  hand = await openHandDesk();
});
afterAll(() => hand[Symbol.asyncDispose]());

const carol = clerk('carol');
const why = 'ticket 4711';
const told = async (accountId: string) =>
  (await readTold(hand.database.pool, `connected_account:${accountId}`)).map(inShort);

describe('what a person does is told', () => {
  test('a link, to another, and that both were taken back', async () => {
    const { webview, account, accountId } = await hand.connect({});
    await hand.news(account);
    const needed = 'connection.needs_attention: - → metadata_id_missing';
    expect(await told(accountId)).toEqual([needed]);

    const link = async (userId: string, seenUserId?: string) =>
      (await linkByHand(hand.desk, carol, webview, { userId, why, seenUserId })).audit_id ?? 0;
    const first = await link('ada');
    expect((await told(accountId)).slice(1)).toEqual(['account.linked: - → ada']);
    // Settled it is once the look that was asked for has found so.
    await hand.news(webview);
    expect((await told(accountId)).slice(2)).toEqual([
      'connection.settled: metadata_id_missing → -',
    ]);
    const second = await link('bob', 'ada');
    expect((await told(accountId)).slice(3)).toEqual([
      'account.relinked: ada → bob (linked_by_hand)',
    ]);
    await undoLink(hand.desk, carol, webview, second);
    await undoLink(hand.desk, carol, webview, first);
    expect((await told(accountId)).slice(4)).toEqual([
      'account.relinked: bob → ada (undone)',
      'account.unlinked: ada → - (undone)',
      'connection.needs_attention: - → metadata_id_missing',
    ]);
  });

  test('an unlinking, which a run then leaves alone, and a link after it', async () => {
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    const { audit_id } = await unlinkByHand(hand.desk, carol, webview, { why, seenUserId: 'ada' });
    await hand.news(webview);
    expect(await told(accountId)).toEqual([
      'account.linked: - → ada',
      'account.unlinked: ada → - (unlinked_by_hand)',
    ]);
    await undoLink(hand.desk, carol, webview, audit_id ?? 0);
    await hand.news(webview);
    expect((await told(accountId)).slice(2)).toEqual(['account.linked: - → ada']);
  });

  test('that a connection was dismissed, and reopened', async () => {
    const { webview, accountId } = await hand.connect({ id: '' });
    await dismiss(hand.database, carol, webview, { why });
    await reopen(hand.database, carol, webview);
    expect(await told(accountId)).toEqual([
      'connection.needs_attention: - → metadata_id_invalid',
      'connection.settled: metadata_id_invalid → -',
      'connection.needs_attention: - → metadata_id_invalid',
    ]);
  });
});

describe('of whom is erased', () => {
  test('the app is told that their account is nobody’s, and not who they were', async () => {
    const { pool } = hand.database;
    await pool.query(`insert into reconciler.users (id) values ('eve-1815'), ('zoe-1816')`);
    const { account, accountId } = await hand.connect({ id: 'eve-1815' });
    const former = await hand.connect({ id: 'eve-1815' });
    await hand.news(account);
    await hand.connect({ id: 'zoe-1816' }, former.accountId);
    const last = (await readTold(pool)).at(-1)?.position ?? 0;
    await pool.query(`delete from reconciler.users where id = 'eve-1815'`);
    const order = { userId: 'eve-1815', why };
    const { finished } = await erasePerson(hand.desk, SHELL, order, new AbortController().signal);
    expect(finished).toBe(true);
    const since = (await readTold(pool)).filter(({ position }) => position > last);
    // Of the account that is another's by now there is nothing new.
    expect(since).toMatchObject([
      {
        type: 'account.unlinked',
        about: `connected_account:${accountId}`,
        user_id: null,
        data: { because: 'erased', before: { user_id: null } },
      },
    ]);
    expect(JSON.stringify(since)).not.toMatch(/eve|erased:/);
    const { rows } = await pool.query(
      `select about from reconciler.told where user_id like 'eve%' or user_id like 'erased:%'`,
    );
    expect(rows).toEqual([]);
  });
});
