import { afterAll, beforeAll, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addAccount } from '../fixtures/finding.ts';

let desk: TestDesk;
const add = async (number: number, claimed: string, maker: string): Promise<void> => {
  const id = `a${number}`;
  await addAccount(desk.database, { id, email: `${id}@locks.example` });
  await desk.database.pool.query(
    `update reconciler.connected_accounts set account_type = $2, account_type_display_name = initcap($2)
      where connected_account_id = $1`,
    [id, maker],
  );
  await addConnection(desk.database, {
    subject: `connect_webview:w${number}`,
    state: 'failed',
    reason: 'user_not_found',
    accountId: id,
    claimedUserId: claimed,
  });
};
beforeAll(async () => {
  desk = await openDesk();
  for (let number = 0; number < 6; number += 1) await add(number, `tenant-9:u${number}`, 'august');
  for (let number = 6; number < 9; number += 1) await add(number, `x${number}`, 'yale');
  for (let number = 9; number < 13; number += 1)
    await add(number, `ann-${number}@a-b.example`, 'yale');
});
afterAll(() => desk[Symbol.asyncDispose]());

const list = '/support/connections?state=failed&reason=user_not_found';

test('a list of one reason tells what its cases have in common, and leads to these alone', async () => {
  const { text } = await desk.clerks.support.get(list);
  expect(text).toMatch(/6 begin <code>tenant-9:<\/code>/);
  expect(text).toMatch(/August <small>6<\/small>/);
  expect(text).toMatch(/Yale <small>7<\/small>/);
  const to = /href="([^"]+)">6 begin/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const narrowed = await desk.clerks.support.get(to);
  expect(narrowed.text).toContain('6 connections');
});

test('what may be an e-mail is no group for a viewer', async () => {
  expect((await desk.clerks.support.get(list)).text).toContain('<code>ann-</code>');
  const { text } = await desk.clerks.viewer.get(list);
  expect(text).toContain('<code>tenant-9:</code>');
  expect(text).not.toContain('<code>ann-</code>');
});

test('other lists have no groups', async () => {
  expect((await desk.clerks.support.get('/support/connections')).text).not.toContain('in common');
});
