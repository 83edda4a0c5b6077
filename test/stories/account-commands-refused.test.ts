import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { type House, openHouse } from '../fixtures/house.ts';

describe('what is refused of an account', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse('postgres');
    await house.addUser('ada');
  });
  afterAll(() => house[Symbol.asyncDispose]());

  test.each([
    [['account', 'update', 'x'], 2, /nothing to change/],
    [['account', 'update', 'x', '--metadata', 'novalue'], 2, /key=value/],
    [['account', 'update', 'x', '--customer-key='], 2, /can't be taken away/],
    [['account', 'update', 'x', '--automatically-manage-new-devices', 'no'], 2, /true or false/],
    [['account', 'update', 'x', '--metadata', 'id=ada'], 2, /use --user/],
    [
      ['account', 'update', 'x', '--metadata', `${'k'.repeat(41)}=1`, '--metadata', 'a.b=1'],
      2,
      /41 characters[\s\S]*period/,
    ],
    [['account', 'update', 'x', '--user', 'nobody'], 3, /No user has the id/],
    [['account', 'update', 'x', '--user', 'ada'], 3, /Seam has no connected account "x"/],
    [['account', 'delete', 'x', '--yes'], 3, /Seam has no connected account "x"/],
    [['account', 'show', 'x'], 3, /No match/],
    [['account', 'list', '--state', 'sleeping'], 2, /choices/],
  ])('%j', async (args, code, message) => {
    const ended = await runHere(args, house.env);
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(message) });
  });

  test('a key that Seam refuses is told, and nothing is changed', async () => {
    const env = { ...house.env, SEAM_API_KEY: 'seam_not_the_key' };
    const ended = await runHere(['account', 'delete', 'x', '--yes'], env);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/401/) });
    const shown = await runHere(['account', 'show', 'x'], env);
    expect(shown).toMatchObject({ code: 1, stderr: expect.stringMatching(/rejects our API key/) });
  });
});
