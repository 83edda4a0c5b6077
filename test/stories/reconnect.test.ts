import { afterAll, beforeAll, expect, test } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { type House, openHouse } from '../fixtures/house.ts';

/* Ada's account is disconnected. She is sent a new webview for it, and finishes it, with the same login or another. */

let house: House;
let accountId: string;
beforeAll(async () => {
  house = await openHouse('postgres');
  await house.addUser('ada');
  const webviewId = await house.seam.createWebview({ id: 'ada', plan: 'gold' });
  const done = await house.seam.completeWebview(webviewId, { email: 'ada@locks.example' });
  accountId = done.accountId;
  await house.deliver(...done.events);
  await house.settled(webviewId, 'linked');
});
afterAll(() => house[Symbol.asyncDispose]());

/** The command, with what it printed. */
const reconnect = async (id: string) => {
  const { code, stdout, stderr } = await runHere(['webview', 'reconnect', id, '--json'], house.env);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as { connect_webview_id: string; connected_account_id: string };
};
const finish = async (webviewId: string, known?: string) => {
  const { events } = await house.seam.completeWebview(webviewId, {
    email: 'ada@locks.example',
    accountId: known,
  });
  await house.deliver(...events);
  return house.settled(webviewId, 'linked');
};

test('with the same login the same account lives on, with all its metadata', async () => {
  await house.deliver(...(await house.seam.changeAccount(accountId, 'disconnect')));
  expect(await house.settled(`connected_account:${accountId}`, 'linked')).toMatchObject({
    account_state: 'disconnected',
  });
  const { connect_webview_id: id, connected_account_id: account } = await reconnect('ada');
  expect(account).toBe(accountId);
  expect(await house.find(id)).toMatchObject({
    state: 'pending',
    expected_user_id: 'ada',
    reconnects_account_id: accountId,
  });
  expect(await finish(id, accountId)).toMatchObject({
    user_id: 'ada',
    connected_account_id: accountId,
    account_state: 'connected',
    reconnects_account_id: accountId,
  });
  const { stdout } = await runHere(['account', 'show', accountId, '--json'], house.env);
  expect(JSON.parse(stdout).accounts[0].here.custom_metadata).toEqual({ id: 'ada', plan: 'gold' });
  expect((await runHere(['show', id], house.env)).stdout).toMatch(/reconnect.*, which it did/);
});

test('with another login another account comes of it, and its case says so', async () => {
  const { connect_webview_id: id } = await reconnect(accountId);
  const match = await finish(id);
  expect(match.connected_account_id).not.toBe(accountId);
  expect(match.user_id).toBe('ada');
  const { stdout } = await runHere(['show', id], house.env);
  expect(stdout).toContain(`reconnect the account ${accountId}, but another account came of it`);
});

test('the command prints the URL alone, and says what is missing', async () => {
  const { code, stdout, stderr } = await runHere(['webview', 'reconnect', accountId], house.env);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^https:\/\/\S+\n$/) });
  expect(stderr).toContain(`It reconnects the account ${accountId} (august)`);
  const none = await runHere(['webview', 'reconnect', 'none'], house.env);
  expect(none).toMatchObject({ code: 3, stderr: expect.stringMatching(/no connected account/) });
  const several = await runHere(['webview', 'reconnect', 'ada'], house.env);
  expect(several).toMatchObject({ code: 4, stderr: expect.stringMatching(/Use the id of one/) });
});
